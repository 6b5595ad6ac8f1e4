import type pg from 'pg'
import type { Running } from '../../foundation/lifecycle.ts'
import type { Logger } from '../../foundation/log.ts'
import type { RecordedEvent } from '../event-store.ts'
import { parsePosition } from '../position.ts'
import { WakeUps } from '../wake-ups.ts'
import { eventColumns, readRows } from './event-rows.ts'
import { LastingClient } from './lasting-client.ts'
import { Ring } from './ring.ts'

const pageEvents = 1000
/** A safety net: notifications are what normally wakes the reader. */
const pollMs = 1000

export interface TailOptions {
  readonly config: pg.ClientConfig
  readonly schema: string
  readonly logId: string
  readonly logger: Logger
  /** Whether a server process is our own writer: what it wrote comes by {@link Tail.appended}, without a read. */
  isOwnWriter(processId: number): boolean
}

/**
 * The one reader of new events in a store: it reads and decodes each event once, and hands it to all subscribers through a
 * bounded ring. Who falls behind the ring reads from the database.
 */
export class Tail implements Running {
  readonly #options: TailOptions
  readonly #connection: LastingClient
  readonly #ring: Ring
  readonly #news = new WakeUps()
  #reading: Promise<void> | undefined
  #isReadDue = false
  #poll: NodeJS.Timeout | undefined
  #isStopped = false

  constructor(options: TailOptions, head: number) {
    this.#options = options
    this.#ring = new Ring(head)
    this.#connection = new LastingClient({
      config: options.config,
      logger: options.logger,
      prepare: async (client) => {
        client.on('notification', ({ processId }) => {
          if (!options.isOwnWriter(processId)) this.#read()
        })
        await client.query(`listen ${options.schema}_events`)
      },
      onConnected: () => this.#read(),
      onLost: () => undefined,
    })
    this.#pollLater()
  }

  get head(): number {
    return this.#ring.head
  }

  /** Events after `cursor` from memory; null: read them from the database. */
  after(cursor: number, limit: number): { events: readonly RecordedEvent[]; upTo: number } | null {
    return this.#ring.after(cursor, limit, sequenceOf)
  }

  /** What this store itself has just written, in order; events that do not follow on the head are read instead. */
  appended(events: readonly RecordedEvent[], bytes: number): void {
    const [first] = events
    const last = events.at(-1)
    if (!first || !last || sequenceOf(last) <= this.head) return
    // A read under way may bring the same events; then this is dropped there.
    if (sequenceOf(first) !== this.head + 1) {
      this.#read()
      return
    }
    this.#ring.push({ after: this.head, upTo: sequenceOf(last), events, bytes })
    this.#news.wake()
  }

  /** Resolves when there is something after `cursor`, or the signal aborts. */
  async advanced(cursor: number, signal: AbortSignal): Promise<void> {
    while (this.head <= cursor && !signal.aborted && !this.#isStopped) {
      await this.#news.next(signal)
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#poll)
    this.#news.wake()
    await this.#connection.stop()
    await this.#reading
  }

  #pollLater(): void {
    clearTimeout(this.#poll)
    if (!this.#isStopped) this.#poll = setTimeout(() => this.#read(), pollMs)
  }

  #read(): void {
    this.#isReadDue = true
    this.#reading ??= this.#readAll().finally(() => {
      this.#reading = undefined
      if (this.#isReadDue && !this.#isStopped) this.#read()
      else this.#pollLater()
    })
  }

  /** Until nothing more is there. A failure is left to the next poll or connection. */
  async #readAll(): Promise<void> {
    while (this.#isReadDue && !this.#isStopped) {
      this.#isReadDue = false
      const client = this.#connection.client
      if (!client) return
      try {
        if (await this.#readPage(client)) this.#isReadDue = true
      } catch (error) {
        this.#options.logger.warn({ err: error }, 'reading new events failed; it is tried again')
        return
      }
    }
  }

  /** True where more may be there. */
  async #readPage(client: pg.Client): Promise<boolean> {
    const after = this.head
    const { events, last, count, bytes, unreadable } = await readRows(client, this.#options.logId, {
      name: 'tail',
      text: `select ${eventColumns} from ${this.#options.schema}.events where position > $1 order by position limit ${pageEvents}`,
      values: [after],
    })
    // Our own writer may have been faster.
    const fresh = this.head === after ? events : events.filter((event) => sequenceOf(event) > this.head)
    const lastFresh = fresh.at(-1)
    if (lastFresh) this.#ring.push({ after: this.head, upTo: sequenceOf(lastFresh), events: fresh, bytes })
    if (unreadable) {
      // Subscribers who come to it read it themselves, and stop there; those beyond it go on.
      this.#options.logger.error({ err: unreadable, ...unreadable.facts }, 'an event can not be read')
      const hole = parsePosition(String(unreadable.facts['position'])).sequence
      if (hole > this.head) this.#ring.restart(hole)
    }
    if (lastFresh || unreadable) this.#news.wake()
    return unreadable !== null || (count === pageEvents && last !== null)
  }
}

export function sequenceOf(event: RecordedEvent): number {
  return Number.parseInt(event.position.slice(9), 16)
}
