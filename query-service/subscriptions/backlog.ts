/** A subscriber with changes that it has not taken yet. */
export interface Behind {
  readonly heldBytes: number
  /** Ends the subscriber as too slow. */
  drop(): void
}

/**
 * The changes that some subscriber of this process has not taken yet, each counted once however many subscribers wait
 * for it. If they exceed the limit, the subscriber that holds most is dropped.
 */
export class Backlog<Change extends { readonly bytes: number }> {
  readonly #mostBytes: number
  readonly #holders = new Map<Change, number>()
  readonly #subscribers = new Set<Behind>()
  #bytes = 0

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  get bytes(): number {
    return this.#bytes
  }

  join(subscriber: Behind): void {
    this.#subscribers.add(subscriber)
  }

  leave(subscriber: Behind): void {
    this.#subscribers.delete(subscriber)
  }

  hold(change: Change): void {
    const holders = this.#holders.get(change) ?? 0
    this.#holders.set(change, holders + 1)
    if (holders > 0) return
    this.#bytes += change.bytes
    while (this.#bytes > this.#mostBytes && this.#dropFurthest());
  }

  release(change: Change): void {
    const holders = this.#holders.get(change) ?? 0
    if (holders > 1) this.#holders.set(change, holders - 1)
    else if (this.#holders.delete(change)) this.#bytes -= change.bytes
  }

  #dropFurthest(): boolean {
    let furthest: Behind | null = null
    for (const one of this.#subscribers) if (one.heldBytes > (furthest?.heldBytes ?? 0)) furthest = one
    furthest?.drop()
    return furthest !== null
  }
}
