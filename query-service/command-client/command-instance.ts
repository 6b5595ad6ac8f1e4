import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { Logger } from '@elves/core/foundation/log.ts'

export interface Call {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

export interface InstanceAnswer {
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
export class CommandInstance {
  readonly url: string
  readonly #logger: Logger
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
      const signal = AbortSignal.any([pending.signal, AbortSignal.timeout(callTimeoutMs)])
      const response = await fetch(new URL(path, this.url), { method: 'POST', headers, body: text, signal })
      const answer = { status: response.status, body: await response.json() }
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
      const response = await fetch(new URL(path, this.url), { signal: AbortSignal.timeout(lookTimeoutMs) })
      await response.arrayBuffer()
      return response.status
    } catch {
      return null
    } finally {
      this.#isLooking = false
    }
  }
}
