import type { NodeCalls } from './node-calls.ts'

/** Position of the last of our events, between the server's own (statistics, say) and those of others. */
export class LogHead {
  readonly #calls: NodeCalls
  readonly #prefix: string
  #known = 0
  /** The last record of the whole log when it was searched: nothing of ours is between `#known` and this. */
  #searchedTo = 0

  constructor(calls: NodeCalls, prefix: string) {
    this.#calls = calls
    this.#prefix = prefix
  }

  /** As far as is known without asking; never beyond the end. */
  get known(): number {
    return this.#known
  }

  advance(position: number): void {
    this.#known = Math.max(this.#known, position)
  }

  /** Mostly one record is read; the log is searched only where the server wrote something since. */
  async read(): Promise<number> {
    const [last] = await this.#calls.readAll({ from: null, direction: 'backwards', limit: 1, prefix: null })
    if (!last || last.position <= this.#searchedTo) return this.#known
    if (last.stream.startsWith(this.#prefix)) this.advance(last.position)
    else {
      const [ours] = await this.#calls.readAll({ from: null, direction: 'backwards', limit: 1, prefix: this.#prefix })
      this.advance(ours?.position ?? 0)
    }
    this.#searchedTo = Math.max(this.#searchedTo, last.position)
    return this.#known
  }
}
