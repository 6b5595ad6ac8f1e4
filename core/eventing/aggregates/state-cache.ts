export interface StateCacheLimits<State> {
  /** Most streams. */
  readonly size: number
  /** Most bytes, as {@link bytesOf} counts them; default unlimited. */
  readonly bytes?: number
  /** Returns the rough size of a state in memory; default 0. */
  readonly bytesOf?: (state: State) => number
}

interface Entry<State> {
  readonly state: State
  readonly version: number
}

/** A place in the order of use, in which each knows its neighbours. */
interface Place<State> {
  readonly stream: string
  entry: Entry<State>
  older: Place<State> | null
  younger: Place<State> | null
}

/**
 * The states of the most recently used streams. The order of use is a list beside the map: where the map's own order was used, which
 * had each entry taken out and put in again at each use, a full cache looked for the oldest one past all that had been taken out.
 */
export class StateCache<State> {
  readonly #places = new Map<string, Place<State>>()
  readonly #size: number
  readonly #mostBytes: number
  readonly #bytesOf: (state: State) => number
  #oldest: Place<State> | null = null
  #youngest: Place<State> | null = null
  #bytes = 0

  constructor({ size, bytes = Number.POSITIVE_INFINITY, bytesOf = () => 0 }: StateCacheLimits<State>) {
    this.#size = size
    this.#mostBytes = bytes
    this.#bytesOf = bytesOf
  }

  get size(): number {
    return this.#places.size
  }

  get(stream: string): Entry<State> | undefined {
    const place = this.#places.get(stream)
    if (!place) return undefined
    this.#renew(place)
    return place.entry
  }

  /** Returns an entry without making it the youngest. */
  peek(stream: string): Entry<State> | undefined {
    return this.#places.get(stream)?.entry
  }

  set(stream: string, entry: Entry<State>): void {
    const known = this.#places.get(stream)
    if (known) {
      this.#bytes -= this.#bytesOf(known.entry.state)
      known.entry = entry
      this.#renew(known)
    } else {
      const place = { stream, entry, older: null, younger: null }
      this.#places.set(stream, place)
      this.#putLast(place)
    }
    this.#bytes += this.#bytesOf(entry.state)
    while (this.#oldest && (this.#places.size > this.#size || this.#bytes > this.#mostBytes)) this.delete(this.#oldest.stream)
  }

  delete(stream: string): void {
    const place = this.#places.get(stream)
    if (!place) return
    this.#bytes -= this.#bytesOf(place.entry.state)
    this.#places.delete(stream)
    this.#takeOut(place)
  }

  #renew(place: Place<State>): void {
    if (place === this.#youngest) return
    this.#takeOut(place)
    this.#putLast(place)
  }

  #putLast(place: Place<State>): void {
    place.older = this.#youngest
    place.younger = null
    if (this.#youngest) this.#youngest.younger = place
    else this.#oldest = place
    this.#youngest = place
  }

  #takeOut({ older, younger }: Place<State>): void {
    if (older) older.younger = younger
    else this.#oldest = younger
    if (younger) younger.older = older
    else this.#youngest = older
  }
}
