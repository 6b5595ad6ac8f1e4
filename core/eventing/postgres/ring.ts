import type { RecordedEvent } from '../event-store.ts'

/** A run of the log without holes: all events after `after`, up to and with `upTo`. */
export interface Run {
  readonly after: number
  readonly upTo: number
  readonly events: readonly RecordedEvent[]
  readonly bytes: number
}

const mostEvents = 8192
const mostBytes = 32 * 1024 * 1024

/** The newest part of the log in memory, bounded by events and bytes; runs follow one another without a hole. */
export class Ring {
  #runs: Run[] = []
  #first = 0
  #events = 0
  #bytes = 0
  #head: number

  constructor(head: number) {
    this.#head = head
  }

  /** Sequence of the last event known. */
  get head(): number {
    return this.#head
  }

  /** The run must begin at the head. */
  push(run: Run): void {
    this.#runs.push(run)
    this.#head = run.upTo
    this.#events += run.events.length
    this.#bytes += run.bytes
    while ((this.#events > mostEvents || this.#bytes > mostBytes) && this.#first < this.#runs.length - 1) this.#dropOldest()
  }

  /** Forgets all: what comes next does not follow on what was there. */
  restart(head: number): void {
    this.#runs = []
    this.#first = 0
    this.#events = 0
    this.#bytes = 0
    this.#head = head
  }

  /** Events after `cursor`, at most `limit` of them; null where the ring does not reach back so far, or holds nothing newer. */
  after(cursor: number, limit: number, sequenceOf: (event: RecordedEvent) => number): { events: readonly RecordedEvent[]; upTo: number } | null {
    let index = this.#find(cursor)
    if (index < 0) return null
    const events: RecordedEvent[] = []
    let upTo = cursor
    for (; index < this.#runs.length && events.length < limit; index++) {
      const run = this.#runs[index] as Run
      for (const event of run.events) {
        const sequence = sequenceOf(event)
        if (sequence <= cursor) continue
        if (events.length === limit) return { events, upTo }
        events.push(event)
        upTo = sequence
      }
    }
    return { events, upTo }
  }

  #dropOldest(): void {
    const run = this.#runs[this.#first] as Run
    this.#events -= run.events.length
    this.#bytes -= run.bytes
    this.#first += 1
    if (this.#first < 1024) return
    this.#runs = this.#runs.slice(this.#first)
    this.#first = 0
  }

  /** Index of the run that goes on after `cursor`, or -1. */
  #find(cursor: number): number {
    let low = this.#first
    let high = this.#runs.length - 1
    while (low <= high) {
      const middle = (low + high) >> 1
      const run = this.#runs[middle] as Run
      if (cursor < run.after) high = middle - 1
      else if (cursor >= run.upTo) low = middle + 1
      else return middle
    }
    return -1
  }
}
