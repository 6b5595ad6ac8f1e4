/** Limits how many turns are taken at the same time; others wait, first come, first served. */
export class ConcurrencyLimit {
  #free: number
  readonly #atOnce: number
  readonly #waiting = new Set<() => void>()

  constructor(atOnce: number) {
    this.#atOnce = atOnce
    this.#free = atOnce
  }

  get taken(): number {
    return this.#atOnce - this.#free
  }

  get isWaitedFor(): boolean {
    return this.#waiting.size > 0
  }

  /** Resolves with a function that ends the turn, or with null if the signal aborts first. */
  async take(signal: AbortSignal): Promise<(() => void) | null> {
    while (this.#free === 0 && !signal.aborted) await this.#change(signal)
    if (signal.aborted) return null
    this.#free--
    let hasEnded = false
    return () => {
      if (hasEnded) return
      hasEnded = true
      this.#free++
      this.#waiting.values().next().value?.()
    }
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      this.#waiting.add(wake)
      signal.addEventListener('abort', wake)
    })
  }
}
