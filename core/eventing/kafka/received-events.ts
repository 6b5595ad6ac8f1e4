import type { EventRecord } from '@elves/schemas/generated/types.ts'
import type { Logger } from '../../foundation/log.ts'
import type { RecordedEvent } from '../event-store.ts'
import { parsePosition } from '../position.ts'
import type { RecentEvents } from '../tail/recent-events.ts'
import { decodeEventRecord, eventOfRecord } from './event-record.ts'

/**
 * Makes runs of the log from the records of the topic. They may repeat (after a change of relays) or lack events (if the
 * topic was wiped, or a relay began anew); the position before each event shows that. Subscribers read from the store what
 * is missing or unreadable here, and the store decides whether an event is unreadable.
 */
export class ReceivedEvents {
  readonly #recent: RecentEvents
  readonly #logger: Logger
  readonly #logId: string
  #run: RecordedEvent[] = []
  #runBytes = 0
  #hasSeenOtherLog = false

  constructor(recent: RecentEvents, logger: Logger) {
    this.#recent = recent
    this.#logger = logger
    this.#logId = parsePosition(recent.head).logId
  }

  /** Takes records in the order of the topic. Returns false if a record could not be read at all: then only the store knows its event. */
  take(values: readonly Buffer[]): boolean {
    let isAllRead = true
    for (const value of values) {
      const record = this.#read(value)
      if (record) this.#add(record, value.length)
      else isAllRead = false
    }
    this.#finishRun()
    return isAllRead
  }

  #read(value: Buffer): EventRecord | null {
    try {
      return decodeEventRecord(value)
    } catch (error) {
      this.#logger.error({ err: error }, 'a record on the topic of events can not be read; its event is read from the store')
      return null
    }
  }

  #add(record: EventRecord, bytes: number): void {
    const { position, previousPosition } = record
    if (!this.#isOfThisLog(record) || position <= this.#head()) return
    if (previousPosition > this.#head()) {
      this.#finishRun()
      this.#recent.restart(previousPosition)
    }
    try {
      this.#run.push(eventOfRecord(record))
      this.#runBytes += bytes
    } catch (error) {
      // Subscribers that reach this event read it from the store, and stop there if the store can not read it either.
      // Subscribers beyond it continue.
      this.#logger.error({ err: error, position }, 'an event on the topic can not be read')
      this.#finishRun()
      this.#recent.restart(position)
    }
  }

  #head(): string {
    return this.#run.at(-1)?.position ?? this.#recent.head
  }

  #finishRun(): void {
    const last = this.#run.at(-1)
    if (!last) return
    this.#recent.push({ after: this.#recent.head, upTo: last.position, events: this.#run, bytes: this.#runBytes })
    this.#run = []
    this.#runBytes = 0
  }

  /**
   * Returns true if the event is of this log. Positions of different logs do not compare; the brokers may have been used
   * with another store, or still be.
   */
  #isOfThisLog({ position }: EventRecord): boolean {
    if (position.startsWith(`${this.#logId}-`)) return true
    if (!this.#hasSeenOtherLog) this.#logger.error({ position, logId: this.#logId }, 'the topic has events of another log; they are passed over')
    this.#hasSeenOtherLog = true
    return false
  }
}
