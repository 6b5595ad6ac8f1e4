import type { Position } from '../position.ts'
import { WakeUps } from '../wake-ups.ts'
import { type EventRun, Ring, type RingPage } from './ring.ts'

/** Shares the newest events, and the news of them, between the reader of the end of the log and all subscribers of the process. */
export class RecentEvents {
  readonly #ring: Ring
  readonly #news = new WakeUps()
  #isClosed = false

  constructor(head: Position) {
    this.#ring = new Ring(head)
  }

  /** Position of the last event that is known to exist; not all events up to it need be in memory. */
  get head(): Position {
    return this.#ring.head
  }

  /** Rough size in memory. */
  get bytes(): number {
    return this.#ring.bytes
  }

  /** Returns events after `cursor` from memory; null: read them from the store. */
  after(cursor: Position, limit: number): RingPage | null {
    return this.#ring.after(cursor, limit)
  }

  /** The run must begin at the head. */
  push(run: EventRun): void {
    this.#ring.push(run)
    this.#news.wake()
  }

  /** Moves the head without events: subscribers must read the events before it from the store. */
  restart(head: Position): void {
    this.#ring.restart(head)
    this.#news.wake()
  }

  /** Resolves when there are events after `cursor`, the signal aborts, or this is closed. */
  async advanced(cursor: Position, signal: AbortSignal): Promise<void> {
    while (this.head <= cursor && !signal.aborted && !this.#isClosed) await this.#news.next(signal)
  }

  close(): void {
    this.#isClosed = true
    this.#news.wake()
  }
}
