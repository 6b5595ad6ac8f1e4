import { randomUUID } from 'node:crypto'
import type { CommandApi } from '@elves/core/command-api/command-api.ts'
import { runTask } from '@elves/core/command-api/run-task.ts'
import { answerFromWire, answersBody, headBody, internalPaths, pendingId, type WireAnswer } from '@elves/core/command-api/wire.ts'
import { isCode } from '@elves/core/foundation/codes.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { Pauses } from '@elves/core/foundation/waiting.ts'
import { Counter, Gauge, type Registry } from 'prom-client'
import type { z } from 'zod'
import { type Call, CommandInstance, type InstanceAnswer } from './command-instance.ts'

export interface CommandClientOptions {
  /** `http://host:port` of each instance. */
  readonly urls: readonly string[]
  readonly serviceSecret: string
  /** How often all instances are tried before a call counts as unanswered; default 6, with 3 s of pauses in all. */
  readonly rounds?: number
  readonly logger: Logger
  readonly registry?: Registry
  /** In ms, on any clock that does not go back. */
  now?(): number
}

/** Few rounds, because a query is better answered without the head than late. */
const headRounds = 2

/**
 * The command API over HTTP, for one or several instances. A call without an answer is made again, on another instance
 * if there is one. Requests without an idempotency key get one here, so that a repeated call does nothing twice. A long
 * wait is made of many short requests, each of which may go to another instance.
 */
export function commandClient(options: CommandClientOptions): CommandApi {
  const instances = new CommandInstances(options)

  async function answers(path: string, correlationId: string, body: object): Promise<readonly WireAnswer[]> {
    return (await instances.ask({ path, correlationId, body, answer: answersBody })).answers
  }

  const runTasks: CommandApi['runTasks'] = async (caller, inputs) => {
    const { correlationId } = caller
    const requests = inputs.map(withKey)
    const given = [...(await answers(runTask.path, correlationId, { caller, requests }))]
    if (given.length !== requests.length) throw misunderstood('another number of answers than requests')
    for (let pending = pendingIn(given); pending.length > 0; pending = pendingIn(given)) {
      const taskIds = pending.map(([, taskId]) => taskId)
      const later = await answers(internalPaths.waitTasks, correlationId, { taskIds })
      for (const [nth, [index]] of pending.entries()) given[index] = later[nth] ?? (given[index] as WireAnswer)
    }
    return given.map((answer) => answerFromWire('task', answer))
  }

  return {
    runTasks,
    async call(command, caller, input) {
      const request = withKey(input)
      const [answer] = await answers(command.path, caller.correlationId, { caller, request })
      if (!answer) throw misunderstood('no answer')
      return answerFromWire(command.subject, answer)
    },
    async head() {
      return (await instances.ask({ path: internalPaths.head, body: {}, answer: headBody, rounds: headRounds })).position
    },
  }
}

/** Adds an idempotency key to a request without one, so that a repeated call is the same command. */
function withKey<Input extends { readonly idempotencyKey?: string | null | undefined }>(input: Input): Input {
  return input.idempotencyKey ? input : { ...input, idempotencyKey: input.idempotencyKey ?? randomUUID() }
}

/** Returns the index and the task id of each answer that is still pending. */
function pendingIn(answers: readonly WireAnswer[]): [number, string][] {
  return answers.flatMap((answer, index): [number, string][] => {
    const taskId = pendingId('task', answer)
    return taskId === null ? [] : [[index, taskId]]
  })
}

interface Question<Body> {
  readonly path: string
  readonly correlationId?: string
  readonly body: object
  readonly answer: z.ZodType<Body>
  readonly rounds?: number
}

/**
 * Calls that come within this time go to one instance, so that their events are one append and their instructions one batch for Kafka.
 * Call by call, each instance got half of them, and wrote twice as often.
 */
const turnMs = 50
const roundPauses = { firstMs: 100, longestMs: Number.POSITIVE_INFINITY }

/**
 * The instances of command-service, used in turn, each for a moment. A question without an answer goes to another instance: at once if one
 * is present that was not asked yet, else after a pause. So a question must be safe to ask twice.
 */
class CommandInstances {
  readonly #instances: readonly CommandInstance[]
  readonly #serviceSecret: string
  readonly #rounds: number
  readonly #repeated: { inc(): void }
  /** Index of the instance whose turn it is; before the first call, none. */
  #turn = -1
  #turnEndsMs = 0
  readonly #now: () => number

  constructor({ urls, serviceSecret, rounds = 6, logger, registry, now = () => performance.now() }: CommandClientOptions) {
    this.#now = now
    if (urls.length === 0) throw new ElvesError('CONFIG_INVALID', 'ELVES_COMMAND_URL names no command-service')
    this.#instances = urls.map((url) => {
      const instance: CommandInstance = new CommandInstance(url, () => this.#present().some((other) => other !== instance), logger)
      return instance
    })
    this.#serviceSecret = serviceSecret
    this.#rounds = rounds
    this.#repeated = registry ? this.#metrics(registry) : { inc: () => undefined }
  }

  /** Rejects with the errors of {@link CommandApi}. */
  async ask<Body>({ path, correlationId = randomUUID(), body, answer, rounds = this.#rounds }: Question<Body>): Promise<Body> {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${this.#serviceSecret}`, 'x-correlation-id': correlationId }
    const call = { path, headers, text: JSON.stringify(body) }
    const asked = new Set<CommandInstance>()
    const pauses = new Pauses(roundPauses)
    for (let round = 1; ; ) {
      const instance = this.#next(asked)
      asked.add(instance)
      try {
        return understood(answer, await askOne(instance, call))
      } catch (error) {
        if (!(error instanceof ElvesError && error.canRetry)) throw error
        if (this.#present().every((other) => asked.has(other))) {
          if (round >= rounds) throw error
          await pauses.pause()
          round += 1
          asked.clear()
        }
        this.#repeated.inc()
      }
    }
  }

  /** Returns the next instance in turn that is present and was not asked; if there is none, one that was not asked; else any. */
  #next(asked: ReadonlySet<CommandInstance>): CommandInstance {
    const now = this.#now()
    if (now >= this.#turnEndsMs) {
      this.#turn = (this.#turn + 1) % this.#instances.length
      this.#turnEndsMs = now + turnMs
    }
    const inTurn = this.#instances.map((_, index) => this.#instances[(this.#turn + index) % this.#instances.length] as CommandInstance)
    for (const instance of inTurn) instance.lookAgain()
    const next = inTurn.find((instance) => !instance.isAway && !asked.has(instance)) ?? inTurn.find((instance) => !asked.has(instance))
    return next ?? (inTurn[0] as CommandInstance)
  }

  #present(): CommandInstance[] {
    return this.#instances.filter(({ isAway }) => !isAway)
  }

  #metrics(registry: Registry): Counter {
    const instances = new Gauge({
      name: 'elves_command_instances',
      help: 'Instances of command-service that this process knows, by whether the last call was answered.',
      labelNames: ['state'],
      registers: [registry],
      collect: () => {
        const present = this.#present().length
        instances.set({ state: 'present' }, present)
        instances.set({ state: 'away' }, this.#instances.length - present)
      },
    })
    return new Counter({
      name: 'elves_command_calls_repeated_total',
      help: 'Calls that were made again for want of an answer.',
      registers: [registry],
    })
  }
}

async function askOne(instance: CommandInstance, call: Call): Promise<InstanceAnswer> {
  const answer = await instance.call(call)
  if (answer.status === 200) return answer
  const error = errorOf(answer)
  if (error.code === 'SHUTTING_DOWN') instance.leave('it is stopping')
  throw error
}

function understood<Body>(schema: z.ZodType<Body>, { body }: InstanceAnswer): Body {
  const read = schema.safeParse(body)
  if (!read.success) throw misunderstood(read.error.issues[0]?.message ?? 'not what was expected')
  return read.data
}

function errorOf({ status, body }: InstanceAnswer): ElvesError {
  const { code, message } = (body as { error?: { code?: string; message?: string } } | null)?.error ?? {}
  if (code === undefined || !isCode(code)) return misunderstood(`HTTP ${status}`)
  return new ElvesError(code, message ?? code, { canRetry: status === 503 })
}

function misunderstood(what: string): ElvesError {
  return new ElvesError('INTERNAL', `command-service answered ${what}`)
}
