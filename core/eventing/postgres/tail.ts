import type pg from 'pg'
import type { Running } from '../../foundation/lifecycle.ts'
import type { Logger } from '../../foundation/log.ts'
import { pause, untilTick } from '../../foundation/waiting.ts'
import type { RecordedEvent } from '../event-store.ts'
import { type Position, parsePosition } from '../position.ts'
import { RecentEvents } from '../tail/recent-events.ts'
import { eventsOfNews } from './append-batch.ts'
import { eventsAfterQuery, readRows } from './event-rows.ts'
import { LastingClient } from './lasting-client.ts'
import { isPassing } from './unavailable.ts'

const pageEvents = 1000
/** Fallback for lost notifications, which normally wake the reader. */
const pollMs = 1000
/**
 * After a read, it rests three times as long as the read took, and events of other writers gather. Without the rest, each
 * append of each process was a read in every other process: with two command-services and a gateway, most of what they did.
 */
const restShare = 3
const longestRestMs = 25

export interface TailOptions {
  readonly config: { readonly connectionString: string }
  readonly schema: string
  readonly logId: string
  readonly logger: Logger
  /** Returns true if a server process is that of this store's writer: what it wrote comes by {@link Tail.appended}, without a read. */
  isOwnWriter(processId: number): boolean
}

/**
 * The one reader of new events in a store. It reads and decodes each event once, and passes it to all subscribers through
 * memory. A subscriber that falls too far behind reads from the database.
 */
export class Tail implements Running {
  readonly recent: RecentEvents
  readonly #options: TailOptions
  readonly #connection: LastingClient
  #reading: Promise<void> | undefined
  #isReadDue = false
  #poll: NodeJS.Timeout | undefined
  readonly #stopping = new AbortController()

  constructor(options: TailOptions, head: Position) {
    this.#options = options
    this.recent = new RecentEvents(head)
    this.#connection = new LastingClient({
      config: options.config,
      logger: options.logger,
      prepare: async (client) => {
        client.on('notification', ({ processId, payload = '' }) => {
          if (!options.isOwnWriter(processId)) this.#hear(payload)
        })
        await client.query(`listen ${options.schema}_events`)
      },
      onConnected: () => this.#read(),
      onLost: () => undefined,
    })
    this.#pollLater()
  }

  /** Takes events that were just written, in order, by this store or by one whose notification brought them. Events that do not follow directly on the head are read instead. */
  appended(events: readonly RecordedEvent[], bytes: number): void {
    const [first] = events
    const last = events.at(-1)
    const { head } = this.recent
    if (!first || !last || last.position <= head) return
    // A read in progress may bring the same events, and then drops them.
    if (sequenceOf(first.position) !== sequenceOf(head) + 1) {
      this.#read()
      return
    }
    this.recent.push({ after: head, upTo: last.position, events, bytes })
  }

  #hear(payload: string): void {
    const events = eventsOfNews(this.#options.logId, payload)
    if (events) this.appended(events, payload.length)
    else this.#read()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    clearTimeout(this.#poll)
    this.recent.close()
    await this.#connection.stop()
    await this.#reading
  }

  #pollLater(): void {
    clearTimeout(this.#poll)
    if (!this.#stopping.signal.aborted) this.#poll = setTimeout(() => this.#read(), untilTick(pollMs))
  }

  #read(): void {
    this.#isReadDue = true
    this.#reading ??= this.#readAndRest().finally(() => {
      this.#reading = undefined
      if (this.#isReadDue && !this.#stopping.signal.aborted) this.#read()
      else this.#pollLater()
    })
  }

  async #readAndRest(): Promise<void> {
    const startedAt = performance.now()
    await this.#readAll()
    await pause(Math.min((performance.now() - startedAt) * restShare, longestRestMs), this.#stopping.signal)
  }

  /** Reads until there are no more events. A failure is left to the next poll or connection. */
  async #readAll(): Promise<void> {
    while (this.#isReadDue && !this.#stopping.signal.aborted) {
      this.#isReadDue = false
      const client = this.#connection.client
      if (!client) return
      try {
        if (await this.#readPage(client)) this.#isReadDue = true
      } catch (error) {
        // The connection tells of its own loss.
        if (!isPassing(error)) this.#options.logger.warn({ err: error }, 'reading new events failed; it is tried again')
        return
      }
    }
  }

  /** Returns true if there may be more. */
  async #readPage(client: pg.Client): Promise<boolean> {
    const after = this.recent.head
    const { events, last, count, isCut, bytes, unreadable } = await readRows(client, this.#options.logId, {
      name: 'tail',
      text: eventsAfterQuery(this.#options.schema, String(pageEvents)),
      values: [sequenceOf(after)],
    })
    // The writer of this store may have been faster.
    const { head } = this.recent
    const fresh = head === after ? events : events.filter(({ position }) => position > head)
    const lastFresh = fresh.at(-1)
    if (lastFresh) this.recent.push({ after: head, upTo: lastFresh.position, events: fresh, bytes })
    if (unreadable) {
      // Subscribers that reach this event read it themselves, and stop there. Subscribers beyond it continue.
      this.#options.logger.error({ err: unreadable, ...unreadable.facts }, 'an event can not be read')
      const hole = String(unreadable.facts['position'])
      if (hole > this.recent.head) this.recent.restart(hole)
    }
    return unreadable !== null || isCut || (count === pageEvents && last !== null)
  }
}

function sequenceOf(position: Position): number {
  return parsePosition(position).sequence
}
