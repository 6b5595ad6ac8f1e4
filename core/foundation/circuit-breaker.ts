import type { PauseLengths } from './waiting.ts'

export interface CircuitBreakerOptions extends PauseLengths {
  /** Returns true if the error says that the other side is away. */
  readonly isAway: (error: unknown) => boolean
}

interface Break {
  error: unknown
  /** When the last try failed, or the one that is under way began. */
  at: number
  pauseMs: number
}

/**
 * Has one try at a time for all callers of something that is away. After a failure the next try is made by whoever calls first after a
 * pause, which grows; other calls meanwhile fail at once with the error of the last try. The first success ends that.
 */
export class CircuitBreaker {
  readonly #options: CircuitBreakerOptions
  #break: Break | null = null

  constructor(options: CircuitBreakerOptions) {
    this.#options = options
  }

  async through<Result>(call: () => Promise<Result>): Promise<Result> {
    const began = this.enter()
    try {
      const result = await call()
      this.succeeded(began)
      return result
    } catch (error) {
      this.failed(began, error)
      throw error
    }
  }

  /**
   * For a call whose end is told later, by `succeeded` or `failed`, with what this returns: when it began. Throws the error of the last
   * try where no try is made now.
   */
  enter(): number {
    const now = performance.now()
    if (this.#break) {
      if (now < this.#break.at + this.#break.pauseMs) throw this.#break.error
      this.#break.at = now
    }
    return now
  }

  /** A call that began before the last failure tells nothing new. */
  succeeded(began: number): void {
    if (this.#break && began >= this.#break.at) this.#break = null
  }

  failed(began: number, error: unknown): void {
    const { isAway, firstMs, longestMs } = this.#options
    if (!isAway(error)) {
      this.succeeded(began)
      return
    }
    if (this.#break && began < this.#break.at) return
    const pauseMs = this.#break ? Math.min(2 * this.#break.pauseMs, longestMs) : firstMs
    this.#break = { error, at: performance.now(), pauseMs }
  }
}
