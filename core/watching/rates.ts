/** Of one counter: how fast it grows, and the fastest that it grew since the process started; each a second. */
export interface Rate {
  readonly perSecond: number
  readonly perSecondMax: number
}

/** Makes rates of what counters say at each look. */
export class Rates {
  #before: { readonly at: number; readonly counters: Readonly<Record<string, number>> } | null = null
  #rates: Record<string, Rate> = {}

  /** Takes a look, at a time in ms. The first one tells no rates; one that saw nothing changes none. */
  take(at: number, counters: Readonly<Record<string, number>>): Readonly<Record<string, Rate>> {
    if (Object.keys(counters).length === 0) return this.#rates
    const before = this.#before
    this.#before = { at, counters }
    const seconds = before ? (at - before.at) / 1_000 : 0
    if (!before || seconds <= 0) return this.#rates
    const rates: Record<string, Rate> = {}
    for (const [name, count] of Object.entries(counters)) {
      // A counter that is smaller than before began anew: a position after a restore, for example.
      const perSecond = rounded(Math.max(0, count - (before.counters[name] ?? count)) / seconds)
      rates[name] = { perSecond, perSecondMax: Math.max(perSecond, this.#rates[name]?.perSecondMax ?? 0) }
    }
    this.#rates = rates
    return rates
  }
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000
}
