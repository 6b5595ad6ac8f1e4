export interface StateCacheLimits<State> {
  /** Most streams. */
  readonly size: number
  /** Most bytes, as {@link bytesOf} counts them; default unlimited. */
  readonly bytes?: number
  /** Returns the rough size of a state in memory; default 0. */
  readonly bytesOf?: (state: State) => number
  /** True: the state is kept for a moment only, among the {@link overAtOnce} last ones of its kind. Default: none is. */
  readonly isOver?: (state: State) => boolean
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

/** What is over has to be there for a report that comes twice, or for output that comes behind the end. */
const overAtOnce = 2_000

/**
 * The states of the most recently used streams, and of the last ones that are over. To keep each that was over as long as the others had
 * the garbage collector copy and mark a hundred thousand of them.
 */
export class StateCache<State> {
  readonly #open: RecentStates<State>
  readonly #over: RecentStates<State>
  readonly #isOver: (state: State) => boolean

  constructor({ isOver = () => false, ...limits }: StateCacheLimits<State>) {
    this.#open = new RecentStates(limits)
    this.#over = new RecentStates({ ...limits, size: Math.min(limits.size, overAtOnce) })
    this.#isOver = isOver
  }

  get size(): number {
    return this.#open.size + this.#over.size
  }

  get(stream: string): Entry<State> | undefined {
    return this.#open.get(stream) ?? this.#over.get(stream)
  }

  /** Returns an entry without making it the youngest. */
  peek(stream: string): Entry<State> | undefined {
    return this.#open.peek(stream) ?? this.#over.peek(stream)
  }

  set(stream: string, entry: Entry<State>): void {
    const [into, from] = this.#isOver(entry.state) ? [this.#over, this.#open] : [this.#open, this.#over]
    from.delete(stream)
    into.set(stream, entry)
  }

  delete(stream: string): void {
    this.#open.delete(stream)
    this.#over.delete(stream)
  }
}

/**
 * Most recently used states. The order of use is a list beside the map: where the map's own order was used, which
 * had each entry taken out and put in again at each use, a full cache looked for the oldest one past all that had been taken out.
 */
class RecentStates<State> {
  readonly #places = new Map<string, Place<State>>()
  readonly #size: number
  readonly #mostBytes: number
  readonly #bytesOf: (state: State) => number
  #oldest: Place<State> | null = null
  #youngest: Place<State> | null = null
  #bytes = 0

  constructor({ size, bytes = Number.POSITIVE_INFINITY, bytesOf = () => 0 }: Omit<StateCacheLimits<State>, 'isOver'>) {
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
