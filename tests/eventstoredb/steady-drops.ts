/** How often is looked whether another drop is due. */
const lookMs = 5

/**
 * Drops live subscriptions at a steady rate. What could not be dropped in its time, because no subscription was there, is dropped as soon
 * as one is live again: so the rate is kept as long as subscriptions come back.
 */
export class SteadyDrops {
  readonly #live = new Set<() => void>()
  #perSecond = 0
  #since = 0
  #dropped = 0
  #looking: NodeJS.Timeout | undefined

  /** 0: no more. */
  begin(perSecond: number): void {
    clearInterval(this.#looking)
    this.#perSecond = perSecond
    this.#since = performance.now()
    this.#dropped = 0
    if (perSecond > 0) this.#looking = setInterval(() => this.#dropDue(), lookMs)
  }

  /** A subscription is live; the returned function says that it is over. */
  live(drop: () => void): () => void {
    this.#live.add(drop)
    // It has sent that it is live, and may end then.
    if (this.#perSecond > 0) setImmediate(() => this.#dropDue())
    return () => this.#live.delete(drop)
  }

  #dropDue(): void {
    const due = ((performance.now() - this.#since) / 1_000) * this.#perSecond
    for (const drop of [...this.#live]) {
      if (this.#dropped >= due) return
      this.#live.delete(drop)
      this.#dropped += 1
      drop()
    }
  }
}
