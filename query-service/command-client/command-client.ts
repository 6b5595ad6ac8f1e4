import { randomUUID } from 'node:crypto'
import type { AnyCommand, Refusal } from '@elves/core/command-api/command.ts'
import type { CommandApi } from '@elves/core/command-api/command-api.ts'
import { runTask } from '@elves/core/command-api/run-task.ts'
import {
  answerFromWire,
  answersBody,
  headBody,
  identityBody,
  internalPaths,
  keysBody,
  notedBody,
  pendingId,
  usesBody,
  type WireAnswer,
} from '@elves/core/command-api/wire.ts'
import { asElvesError } from '@elves/core/foundation/errors.ts'
import { labelledCounter } from '@elves/core/foundation/metrics.ts'
import type { Registry } from 'prom-client'
import { CommandInstances, type CommandInstancesOptions, misunderstood } from './command-instances.ts'

/** Few rounds, because a query is better answered without the head than late. */
const headRounds = 2

/**
 * The command API over HTTP, for one or several instances. A call without an answer is made again, on another instance
 * if there is one. Requests without an idempotency key get one here, so that a repeated call does nothing twice. A long
 * wait is made of many short requests, each of which may go to another instance.
 */
export function commandClient(options: CommandInstancesOptions): CommandApi {
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
    async identify(hash, isUse = true) {
      const { identity, ended = null } = await instances.ask({ path: internalPaths.identify, body: { hash, isUse }, answer: identityBody })
      return identity ?? ended
    },
    async lastUses(ids) {
      const { uses } = await instances.ask({ path: internalPaths.lastUses, body: { ids }, answer: usesBody })
      return new Map(Object.entries(uses))
    },
    async personalKeys(userIds) {
      const { keys } = await instances.ask({ path: internalPaths.personalKeys, body: { userIds }, answer: keysBody, rounds: headRounds })
      return new Map(Object.entries(keys))
    },
    async noteAuthKeyUse(id) {
      await instances.ask({ path: internalPaths.noteAuthKeyUse, body: { id }, answer: notedBody })
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

/** Each task of `runTasks` counts as one `runTask`. */
function labelOf({ name }: AnyCommand): string {
  return name === runTask.name ? 'runTask' : name
}

interface Answered {
  readonly refusal: Refusal | null
}

/**
 * Wraps the command API and counts each command by its answer. GraphQL metrics do not show refusals, because an answer
 * with a refusal has no errors.
 */
export function countedCommands(commands: CommandApi, asked: readonly AnyCommand[], registry: Registry): CommandApi {
  const counter = labelledCounter(registry, {
    name: 'elves_commands_total',
    help: 'Commands of clients by what they were answered with; each task of runTasks is one.',
    labels: { command: asked.map(labelOf), code: ['OK'] },
  })

  async function counted<Answer extends Answered>(command: string, count: number, answering: Promise<readonly Answer[]>): Promise<readonly Answer[]> {
    try {
      const answers = await answering
      for (const { refusal } of answers) counter.inc({ command, code: refusal?.code ?? 'OK' })
      return answers
    } catch (error) {
      counter.inc({ command, code: asElvesError(error).code }, count)
      throw error
    }
  }

  async function one<Answer extends Answered>(command: string, answering: Promise<Answer>): Promise<Answer> {
    const list = answering.then((answer) => [answer])
    return (await counted(command, 1, list))[0] as Answer
  }

  return {
    runTasks: (caller, requests) => counted(labelOf(runTask), requests.length, commands.runTasks(caller, requests)),
    call: (command, caller, request) => one(labelOf(command), commands.call(command, caller, request)),
    identify: (hash, isUse) => commands.identify(hash, isUse),
    lastUses: (ids) => commands.lastUses(ids),
    personalKeys: (userIds) => commands.personalKeys(userIds),
    noteAuthKeyUse: (id) => commands.noteAuthKeyUse(id),
    head: () => commands.head(),
  }
}
