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

/** While calls are pending, the instance is asked this often whether it lives. */
const lookEveryMs = 1_000
const lookTimeoutMs = 2_000
/** Silent looks until pending calls are given up, where no other instance could take them. */
const patienceAlone = 5
/** Above the longest wait that an instance itself bounds. */
const callTimeoutMs = 45_000
const lookAgainAfterMs = 500

/**
 * One instance of command-service. One that was stopped in its tracks accepts connections and never answers, and a wait
 * may take 30 s anyway: so while calls are pending, it is asked whether it lives, one question however many calls.
 */
export class CommandInstance {
  readonly url: string
  readonly #logger: Logger
  readonly #pending = new Set<AbortController>()
  /** Whether another one is there to take the calls. */
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

  /** It did not answer, or said that it stops: others are asked until it is ready again. */
  get isAway(): boolean {
    return this.#isAway
  }

  /** Rejects with COMMAND_SERVICE_UNAVAILABLE where no answer came. */
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

  /** Asks in the background whether one that is away is ready again; to be called whenever instances are chosen. */
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
    // Not what began since: it may have met an instance that is there again.
    for (const pending of asked) pending.abort(new Error('the instance does not answer whether it lives'))
  }

  /** The status of the answer, null where there was none. */
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
