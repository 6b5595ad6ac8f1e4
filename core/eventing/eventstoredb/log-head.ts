import type { NodeCalls } from './node-calls.ts'

const lookedAt = 8

/** Position of the platform's last event. The log also has records of the server (statistics, for example) and of other programs. */
export class LogHead {
  readonly #calls: NodeCalls
  readonly #prefix: string
  #known = 0
  /** The last record of the whole log when it was searched: no event of the platform is between `#known` and this. */
  #searchedTo = 0

  constructor(calls: NodeCalls, prefix: string) {
    this.#calls = calls
    this.#prefix = prefix
  }

  /** Returns the last known position without a call; never beyond the end. */
  get known(): number {
    return this.#known
  }

  advance(position: number): void {
    this.#known = Math.max(this.#known, position)
  }

  /** Asks the server. Mostly reads one record; searches the log only if the server wrote something since. */
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

  /**
   * Asks the server for its last few records, for up to `deadline` ms, and returns the last position known after that. It costs the
   * same however much other programs write, and may miss an event of the platform before what they wrote.
   */
  async look(deadline: number): Promise<number> {
    const records = await this.#calls.readAll({ from: null, direction: 'backwards', limit: lookedAt, prefix: null }, deadline)
    this.advance(records.find(({ stream }) => stream.startsWith(this.#prefix))?.position ?? 0)
    return this.#known
  }
}
