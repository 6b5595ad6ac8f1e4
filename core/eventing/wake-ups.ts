/** Wakes all waiting callers at once when there is something new. */
export class WakeUps {
  readonly #waiting = new Set<() => void>()

  /** Resolves at the next wake-up, or when the signal aborts. */
  next(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#waiting.delete(done)
        signal.removeEventListener('abort', done)
        resolve()
      }
      this.#waiting.add(done)
      signal.addEventListener('abort', done)
    })
  }

  wake(): void {
    for (const done of [...this.#waiting]) done()
  }
}
