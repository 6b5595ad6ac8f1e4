import type { Logger } from './log.ts'

const repeatMs = 60_000

export interface OutageOptions {
  readonly logger: Logger
  /** Names what may be away, as the subject of a sentence: `EventStoreDB`. */
  readonly what: string
  /** ms on a clock that never goes back; default `performance.now`. */
  readonly now?: () => number
}

/** Tells in the log of something that is away: when it begins, once a minute, and when it is over, however many calls fail. */
export class Outage {
  readonly #options: OutageOptions
  readonly #now: () => number
  #failures = 0
  #beganAt = 0
  #toldAt = 0

  constructor(options: OutageOptions) {
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
  }

  get isOn(): boolean {
    return this.#failures > 0
  }

  /** Call it for each try that failed. */
  failed(error: unknown): void {
    const { logger, what } = this.#options
    const now = this.#now()
    if (this.#failures === 0) this.#beganAt = now
    this.#failures += 1
    if (this.#failures > 1 && now - this.#toldAt < repeatMs) return
    this.#toldAt = now
    const facts = { reason: error instanceof Error ? error.message : String(error), tries: this.#failures, forS: this.#seconds(now) }
    logger.warn(facts, this.#failures === 1 ? `${what} does not answer; it is tried again` : `${what} still does not answer`)
  }

  /** Call it for each try that succeeded. */
  over(): void {
    if (this.#failures === 0) return
    const { logger, what } = this.#options
    logger.info({ tries: this.#failures, afterS: this.#seconds(this.#now()) }, `${what} answers again`)
    this.#failures = 0
  }

  #seconds(now: number): number {
    return Math.round((now - this.#beganAt) / 100) / 10
  }
}
