import { randomUUID } from 'node:crypto'
import { isCode } from '@elves/core/foundation/codes.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { Pauses } from '@elves/core/foundation/waiting.ts'
import { Counter, Gauge, type Registry } from 'prom-client'
import { Pool } from 'undici'
import type { z } from 'zod'

export interface CommandInstancesOptions {
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

export interface Question<Body> {
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
export class CommandInstances {
  readonly #instances: readonly CommandInstance[]
  readonly #serviceSecret: string
  readonly #rounds: number
  readonly #repeated: { inc(): void }
  /** Index of the instance whose turn it is; before the first call, none. */
  #turn = -1
  #turnEndsMs = 0
  readonly #now: () => number

  constructor({ urls, serviceSecret, rounds = 6, logger, registry, now = () => performance.now() }: CommandInstancesOptions) {
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
    let pauses: Pauses | undefined
    for (let round = 1; ; ) {
      const instance = this.#next(asked)
      asked.add(instance)
      try {
        return understood(answer, await askOne(instance, call))
      } catch (error) {
        if (!(error instanceof ElvesError && error.canRetry)) throw error
        if (this.#present().every((other) => asked.has(other))) {
          if (round >= rounds) throw error
          pauses ??= new Pauses(roundPauses)
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

/** The error for an answer that this release does not understand. */
export function misunderstood(what: string): ElvesError {
  return new ElvesError('INTERNAL', `command-service answered ${what}`)
}

interface Call {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

interface InstanceAnswer {
  readonly status: number
  readonly body: unknown
}

/** How often the instance is checked for life while calls are pending. */
const lookEveryMs = 1_000
const lookTimeoutMs = 2_000
/** After this many failed checks, pending calls are given up if no other instance can take them. */
const patienceAlone = 5
/** Longer than the longest wait that an instance allows. */
const callTimeoutMs = 45_000
const lookAgainAfterMs = 500

/**
 * One instance of command-service. A frozen process accepts connections but never answers, and a wait may take 30 s
 * anyway. So while calls are pending, the instance is asked whether it lives, with one request however many calls there
 * are.
 */
class CommandInstance {
  readonly url: string
  readonly #logger: Logger
  /** Not `fetch`: a call of that costs more than twice as much CPU (0098). */
  readonly #http: Pool
  readonly #pending = new Set<AbortController>()
  /** Returns true if another instance can take the calls. */
  readonly #hasOther: () => boolean
  #isAway = false
  #watch: NodeJS.Timeout | undefined
  #isLooking = false
  #silentLooks = 0
  #lookedAgainAtMs = 0

  constructor(url: string, hasOther: () => boolean, logger: Logger) {
    this.url = url
    this.#http = new Pool(new URL(url).origin, { headersTimeout: callTimeoutMs, bodyTimeout: callTimeoutMs })
    this.#hasOther = hasOther
    this.#logger = logger
  }

  /** True after the instance did not answer or said that it stops. Until it is ready again, other instances are preferred. */
  get isAway(): boolean {
    return this.#isAway
  }

  /** Rejects with COMMAND_SERVICE_UNAVAILABLE if no answer came. */
  async call({ path, headers, text }: Call): Promise<InstanceAnswer> {
    const pending = new AbortController()
    this.#begin(pending)
    try {
      const { statusCode, body } = await this.#http.request({ path, method: 'POST', headers, body: text, signal: pending.signal })
      const answer = { status: statusCode, body: await body.json() }
      if (answer.status !== 503) this.#answered()
      return answer
    } catch (cause) {
      this.leave('no answer')
      throw new ElvesError('COMMAND_SERVICE_UNAVAILABLE', 'command-service does not answer', { canRetry: true, cause, facts: { url: this.url } })
    } finally {
      this.#end(pending)
    }
  }

  leave(reason: string): void {
    if (this.#isAway) return
    this.#isAway = true
    this.#lookedAgainAtMs = performance.now()
    this.#logger.warn({ url: this.url, reason }, 'an instance of command-service is away')
  }

  /** If the instance is away, asks in the background whether it is ready again. Call it whenever an instance is chosen. */
  lookAgain(): void {
    if (!this.#isAway || this.#isLooking || performance.now() - this.#lookedAgainAtMs < lookAgainAfterMs) return
    void this.#look('/readyz').then((status) => {
      this.#lookedAgainAtMs = performance.now()
      if (status === 200) this.#answered()
    })
  }

  #answered(): void {
    this.#silentLooks = 0
    if (!this.#isAway) return
    this.#isAway = false
    this.#logger.info({ url: this.url }, 'an instance of command-service is back')
  }

  #begin(pending: AbortController): void {
    this.#pending.add(pending)
    this.#watch ??= setInterval(() => void this.#check(), lookEveryMs)
  }

  #end(pending: AbortController): void {
    this.#pending.delete(pending)
    if (this.#pending.size === 0) this.#watch = void clearInterval(this.#watch)
  }

  async #check(): Promise<void> {
    if (this.#isLooking) return
    const asked = [...this.#pending]
    if ((await this.#look('/healthz')) !== null) {
      this.#silentLooks = 0
      return
    }
    this.#silentLooks += 1
    if (this.#silentLooks < (this.#hasOther() ? 1 : patienceAlone)) return
    this.#silentLooks = 0
    // Spares calls that began after the check: the instance may be back by then.
    for (const pending of asked) pending.abort(new Error('the instance does not answer whether it lives'))
  }

  /** Returns the status of the answer, or null without an answer. */
  async #look(path: string): Promise<number | null> {
    this.#isLooking = true
    try {
      const { statusCode, body } = await this.#http.request({ path, method: 'GET', signal: AbortSignal.timeout(lookTimeoutMs) })
      await body.dump()
      return statusCode
    } catch {
      return null
    } finally {
      this.#isLooking = false
    }
  }
}
