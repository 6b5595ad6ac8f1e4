import type { RecordedEvent } from '../event-store.ts'
import type { Position } from '../position.ts'

/** A run of the log without holes: all events after `after`, up to and with `upTo`. */
export interface EventRun {
  readonly after: Position
  readonly upTo: Position
  readonly events: readonly RecordedEvent[]
  /** Rough size in memory. */
  readonly bytes: number
}

/** Events that follow on a position, all of them up to and with `upTo`. */
export interface RingPage {
  readonly events: readonly RecordedEvent[]
  readonly upTo: Position
}

const mostEvents = 8192
const mostBytes = 32 * 1024 * 1024

/**
 * The newest part of the log in memory, bounded by events and bytes; runs follow one another without a hole. Positions are
 * only compared: not every store counts them up by one.
 */
export class Ring {
  #runs: EventRun[] = []
  #first = 0
  #events = 0
  #bytes = 0
  #head: Position

  constructor(head: Position) {
    this.#head = head
  }

  /** Position of the last event known. */
  get head(): Position {
    return this.#head
  }

  get bytes(): number {
    return this.#bytes
  }

  /** The run must begin at the head. */
  push(run: EventRun): void {
    this.#runs.push(run)
    this.#head = run.upTo
    this.#events += run.events.length
    this.#bytes += run.bytes
    while ((this.#events > mostEvents || this.#bytes > mostBytes) && this.#first < this.#runs.length - 1) this.#dropOldest()
  }

  /** Forgets all: what comes next does not follow on what was there. */
  restart(head: Position): void {
    this.#runs = []
    this.#first = 0
    this.#events = 0
    this.#bytes = 0
    this.#head = head
  }

  /** Events after `cursor`, at most `limit` of them; null where the ring does not reach back so far, or holds nothing newer. */
  after(cursor: Position, limit: number): RingPage | null {
    let index = this.#find(cursor)
    if (index < 0) return null
    const events: RecordedEvent[] = []
    let upTo = cursor
    for (; index < this.#runs.length && events.length < limit; index++) {
      const run = this.#runs[index] as EventRun
      for (const event of run.events) {
        if (event.position <= cursor) continue
        if (events.length === limit) return { events, upTo }
        events.push(event)
        upTo = event.position
      }
    }
    return { events, upTo }
  }

  #dropOldest(): void {
    const run = this.#runs[this.#first] as EventRun
    this.#events -= run.events.length
    this.#bytes -= run.bytes
    this.#first += 1
    if (this.#first < 1024) return
    this.#runs = this.#runs.slice(this.#first)
    this.#first = 0
  }

  /** Index of the run that goes on after `cursor`, or -1. */
  #find(cursor: Position): number {
    let low = this.#first
    let high = this.#runs.length - 1
    while (low <= high) {
      const middle = (low + high) >> 1
      const run = this.#runs[middle] as EventRun
      if (cursor < run.after) high = middle - 1
      else if (cursor >= run.upTo) low = middle + 1
      else return middle
    }
    return -1
  }
}
