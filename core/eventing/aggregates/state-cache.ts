/** The states of the most recently used streams. */
export class StateCache<State> {
  readonly #entries = new Map<string, { readonly state: State; readonly version: number }>()
  readonly #size: number

  constructor(size: number) {
    this.#size = size
  }

  get(stream: string): { readonly state: State; readonly version: number } | undefined {
    const entry = this.#entries.get(stream)
    if (!entry) return undefined
    // Re-inserted, it is the youngest: a Map keeps the order of insertion.
    this.#entries.delete(stream)
    this.#entries.set(stream, entry)
    return entry
  }

  /** Without making it younger. */
  peek(stream: string): { readonly state: State; readonly version: number } | undefined {
    return this.#entries.get(stream)
  }

  set(stream: string, entry: { readonly state: State; readonly version: number }): void {
    this.#entries.delete(stream)
    this.#entries.set(stream, entry)
    if (this.#entries.size <= this.#size) return
    const oldest = this.#entries.keys().next()
    if (!oldest.done) this.#entries.delete(oldest.value)
  }

  delete(stream: string): void {
    this.#entries.delete(stream)
  }
}
