import type { OpenDelivery } from './webhook-tables.ts'

/**
 * The open deliveries of one webhook, in memory. Of each stream, the one of the earliest event is tried, again and again, and the later
 * ones wait for it. Streams do not wait for each other, and nothing waits for a redelivery. Times are ms since the epoch.
 */
export class Lane {
  /** By stream; the first of each list is the one to try. */
  readonly #queues = new Map<string, OpenDelivery[]>()
  /** Streams whose first delivery is due, in the order in which they became so. */
  readonly #ready = new Set<string>()
  /** Streams whose first delivery is due later, and when. */
  readonly #waiting = new Map<string, number>()
  /** Streams whose first delivery is being tried, or whose outcome is not recorded yet. */
  readonly #tried = new Set<string>()
  readonly #ids = new Set<string>()

  /** Number of its deliveries. */
  get size(): number {
    return this.#ids.size
  }

  get triedCount(): number {
    return this.#tried.size
  }

  /** Adds deliveries, in the order of the log. One that is here already only becomes due earlier, if it says so. */
  add(deliveries: readonly OpenDelivery[]): void {
    for (const delivery of deliveries) {
      const key = keyOf(delivery)
      if (this.#ids.has(delivery.id)) this.#hasten(key, delivery)
      else {
        this.#ids.add(delivery.id)
        const queue = this.#queues.get(key)
        if (queue) queue.push(delivery)
        else {
          this.#queues.set(key, [delivery])
          this.#place(key, delivery)
        }
      }
    }
  }

  /** Returns a delivery to try now; null if none is due. It counts as tried until its outcome is recorded. */
  start(now: number): OpenDelivery | null {
    for (const [key, at] of this.#waiting) if (at <= now) this.#place(key, null)
    const [key] = this.#ready
    const first = key === undefined ? undefined : this.#queues.get(key)?.[0]
    if (key === undefined || !first) return null
    this.#ready.delete(key)
    this.#tried.add(key)
    return first
  }

  /** Takes what became of a delivery that {@link start} returned, once it is durable. */
  recorded(delivery: OpenDelivery, hasEnded: boolean): void {
    const key = keyOf(delivery)
    const queue = this.#queues.get(key)
    if (!queue || !this.#tried.delete(key)) return
    if (hasEnded) {
      queue.shift()
      this.#ids.delete(delivery.id)
    } else queue[0] = delivery
    const [next] = queue
    if (next) this.#place(key, next)
    else this.#queues.delete(key)
  }

  /** Makes everything due that waits for its time. */
  retryAll(): void {
    for (const key of [...this.#waiting.keys()]) this.#place(key, null)
  }

  /** Returns when the next delivery is due; null if none waits for its time. */
  nextAt(): number | null {
    let next: number | null = null
    for (const at of this.#waiting.values()) if (next === null || at < next) next = at
    return next
  }

  #hasten(key: string, { id, nextAttemptAt }: OpenDelivery): void {
    const at = this.#waiting.get(key)
    if (at === undefined || this.#queues.get(key)?.[0]?.id !== id) return
    if (nextAttemptAt === null || nextAttemptAt < at) this.#place(key, null)
  }

  /** `first` null: it is due at once. */
  #place(key: string, first: OpenDelivery | null): void {
    this.#waiting.delete(key)
    if (first?.nextAttemptAt) this.#waiting.set(key, first.nextAttemptAt)
    else this.#ready.add(key)
  }
}

function keyOf({ id, stream, isRedelivery }: OpenDelivery): string {
  return isRedelivery ? `redelivery ${id}` : stream
}
