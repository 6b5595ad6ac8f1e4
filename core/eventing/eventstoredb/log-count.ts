import type { StoredRecord } from './stored-record.ts'

const pageRecords = 4_096
/** So many positions are kept behind the one that was asked for last. */
const keptMost = 100_000

export interface LogCountOptions {
  /** Returns records of the platform after a position, in order; fewer than the limit where they are large; none at the end. */
  readonly readPage: (after: number, limit: number) => Promise<readonly StoredRecord[]>
}

/**
 * Counts events after a position. The server tells positions only, which are bytes of its log with gaps, so events are counted by
 * reading them, without decoding; the positions of those that were counted are kept, 8 bytes each.
 */
export class LogCount {
  readonly #options: LogCountOptions
  /** Positions of all events after `#from`, up to `#to`. */
  #positions: number[] = []
  #from = 0
  #to = 0
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: LogCountOptions) {
    this.#options = options
  }

  /** Returns at most `limit`. */
  after(position: number, limit: number): Promise<number> {
    const counting = this.#last.then(() => this.#count(position, limit))
    this.#last = counting.catch(() => undefined)
    return counting
  }

  async #count(position: number, limit: number): Promise<number> {
    if (position < this.#from || position > this.#to) {
      this.#positions = []
      this.#from = position
      this.#to = position
    }
    let known = this.#indexAfter(position)
    while (this.#positions.length - known < limit) {
      const page = await this.#options.readPage(this.#to, pageRecords)
      for (const record of page) this.#positions.push(record.position)
      const last = page.at(-1)
      if (!last) break
      this.#to = last.position
    }
    if (known > keptMost) {
      this.#positions = this.#positions.slice(known)
      this.#from = position
      known = 0
    }
    return Math.min(limit, this.#positions.length - known)
  }

  /** Returns the index of the first position after this one. */
  #indexAfter(position: number): number {
    let low = 0
    let high = this.#positions.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#positions[middle] as number) <= position) low = middle + 1
      else high = middle
    }
    return low
  }
}
