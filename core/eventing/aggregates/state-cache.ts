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

/** The states of the most recently used streams. */
export class StateCache<State> {
  readonly #entries = new Map<string, Entry<State>>()
  readonly #size: number
  readonly #mostBytes: number
  readonly #bytesOf: (state: State) => number
  #bytes = 0

  constructor({ size, bytes = Number.POSITIVE_INFINITY, bytesOf = () => 0 }: StateCacheLimits<State>) {
    this.#size = size
    this.#mostBytes = bytes
    this.#bytesOf = bytesOf
  }

  get size(): number {
    return this.#entries.size
  }

  get(stream: string): Entry<State> | undefined {
    const entry = this.#entries.get(stream)
    if (!entry) return undefined
    // A Map keeps the order of insertion: inserted again, the entry is the youngest.
    this.#entries.delete(stream)
    this.#entries.set(stream, entry)
    return entry
  }

  /** Returns an entry without making it the youngest. */
  peek(stream: string): Entry<State> | undefined {
    return this.#entries.get(stream)
  }

  set(stream: string, entry: Entry<State>): void {
    this.delete(stream)
    this.#entries.set(stream, entry)
    this.#bytes += this.#bytesOf(entry.state)
    while (this.#entries.size > this.#size || this.#bytes > this.#mostBytes) this.delete(this.#entries.keys().next().value as string)
  }

  delete(stream: string): void {
    const entry = this.#entries.get(stream)
    if (!entry) return
    this.#bytes -= this.#bytesOf(entry.state)
    this.#entries.delete(stream)
  }
}
