import type { RecordedEvent } from '../event-store.ts'
import type { Position } from '../position.ts'
import { WakeUps } from '../wake-ups.ts'

/** A part of the log without gaps: all events after `after`, up to and including `upTo`. */
export interface EventRun {
  readonly after: Position
  readonly upTo: Position
  readonly events: readonly RecordedEvent[]
  /** Rough size in memory. */
  readonly bytes: number
}

/** All events after a position, up to and including `upTo`. */
export interface LogPage {
  readonly events: readonly RecordedEvent[]
  readonly upTo: Position
}

const mostEvents = 8192
const mostBytes = 32 * 1024 * 1024

/**
 * Shares the newest events, and the news of them, between the reader of the end of the log and all subscribers of the process.
 * It is bounded by events and bytes. Each run follows directly on the one before. Positions are only compared, because not every
 * store counts them up by one.
 */
export class RecentEvents {
  readonly #news = new WakeUps()
  #isClosed = false
  #isWaking = false
  #runs: EventRun[] = []
  #first = 0
  #events = 0
  #bytes = 0
  #head: Position

  constructor(head: Position) {
    this.#head = head
  }

  /** Position of the last event that is known to exist; not all events up to it need be in memory. */
  get head(): Position {
    return this.#head
  }

  /** Rough size in memory. */
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
    this.#wakeLater()
  }

  /** Forgets everything, and moves the head without events: subscribers must read the events before it from the store. */
  restart(head: Position): void {
    this.#runs = []
    this.#first = 0
    this.#events = 0
    this.#bytes = 0
    this.#head = head
    this.#wakeLater()
  }

  /** Resolves when there are events after `cursor`, the signal aborts, or this is closed. */
  async advanced(cursor: Position, signal: AbortSignal): Promise<void> {
    while (this.head <= cursor && !signal.aborted && !this.#isClosed) await this.#news.next(signal)
  }

  close(): void {
    this.#isClosed = true
    this.#news.wake()
  }

  /** Returns events after `cursor`, at most `limit`; null: read them from the store, because these do not reach back so far, or nothing is newer. */
  after(cursor: Position, limit: number): LogPage | null {
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

  /** Returns how many events are after `cursor`, at most `limit`; null where these do not reach back so far. */
  countAfter(cursor: Position, limit: number): number | null {
    if (cursor >= this.#head) return 0
    let count = 0
    const from = this.#find(cursor)
    if (from < 0) return null
    for (let index = from; index < this.#runs.length && count < limit; index++) {
      const { events, after } = this.#runs[index] as EventRun
      count += after >= cursor ? events.length : events.filter(({ position }) => position > cursor).length
    }
    return Math.min(count, limit)
  }

  /**
   * Wakes the subscribers after the next look at the sockets: what the writers of these events send now, an answer or an instruction, is on
   * its way before a subscriber works, and appends that end meanwhile need no wake-up of their own.
   */
  #wakeLater(): void {
    if (this.#isWaking) return
    this.#isWaking = true
    setImmediate(() =>
      setImmediate(() => {
        this.#isWaking = false
        this.#news.wake()
      }),
    )
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

  /** Returns the index of the run that continues after `cursor`, or -1. */
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
