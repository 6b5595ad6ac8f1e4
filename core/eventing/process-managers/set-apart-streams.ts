import type pg from 'pg'
import type { Logger } from '../../foundation/log.ts'
import type { EventStore, RecordedEvent } from '../event-store.ts'
import { deadLetters } from '../handlers/dead-letters.ts'
import { checkFence } from '../leases/lease.ts'
import type { Position } from '../position.ts'
import { inTransaction } from '../postgres/transaction.ts'
import { orUnavailable } from '../postgres/unavailable.ts'
import { type UnreadableEvent, unreadableEvent } from '../unreadable-event.ts'
import type { DueTableDefinition, Fence } from './due-table.ts'

export interface SetApartOptions {
  readonly table: DueTableDefinition
  readonly store: EventStore
  readonly pool: pg.Pool
  readonly schema: string
  readonly logger: Logger
}

/**
 * Streams of which an event can not be read. The event is a dead letter of the table's handler; what the table has of the stream stays as it
 * was before the event, and later events of the stream wait, so that nobody acts on half of what happened. All other streams go on.
 */
export class SetApartStreams {
  readonly #options: SetApartOptions

  constructor(options: SetApartOptions) {
    this.#options = options
  }

  /** Sets the stream of an event apart, in the transaction that moves the checkpoint past it. */
  async park(client: pg.ClientBase, unreadable: UnreadableEvent): Promise<void> {
    const { table, store, pool, schema, logger } = this.#options
    const { unreadable: error, ...event } = unreadable
    await deadLetters({ store, pool, schema }).park(client, table.name, event, error)
    logger.error(
      { err: error, ...event, handler: table.name },
      'an event can not be read; it is parked as a dead letter, and what hangs on its stream stands still until a release reads it',
    )
  }

  /** Applies events, but for those of a stream that come after what set it apart, in the transaction that moves the checkpoint. */
  async apply(client: pg.ClientBase, events: readonly RecordedEvent[]): Promise<void> {
    const { table, schema } = this.#options
    // Locked first: what is settled meanwhile is settled up to the checkpoint.
    const [, few] = await Promise.all([client.query(lockSql(schema), [table.name]), client.query<FirstApart>(fewSql(schema), [table.name])])
    const { rows } =
      few.rows.length <= mostFew
        ? few
        : await client.query<FirstApart>(amongSql(schema), [table.name, [...new Set(events.map(({ stream }) => stream))]])
    const from = new Map<string, number>()
    for (const { stream, version } of rows) from.set(stream, Math.min(version, from.get(stream) ?? version))
    const rest = from.size === 0 ? events : events.filter(({ stream, version }) => version < (from.get(stream) ?? Number.POSITIVE_INFINITY))
    if (rest.length > 0) await table.apply(client, rest)
  }

  /** Tries once more to read what is set apart, and makes up for what can be read now: this may be another release. */
  async tryAgain(signal: AbortSignal, fence: Fence | undefined): Promise<void> {
    const { table, pool, schema } = this.#options
    const text = `select stream, min(stream_version) as version from ${schema}.dead_letters where handler = $1 and stream is not null group by stream order by min(id)`
    const { rows } = await orUnavailable(pool.query<{ stream: string; version: number }>(text, [table.name]))
    for (const { stream, version } of rows) {
      if (signal.aborted) return
      if (await this.#isReadable(stream, version)) await this.#settle(stream, version, fence)
    }
  }

  /**
   * Tries once more to read one stream, by any instance, and makes up for it. Throws EVENT_UNREADABLE, and counts the try, while this release
   * can not read it.
   */
  async retry(stream: string): Promise<void> {
    const { table, store, pool, schema } = this.#options
    const text = `select min(stream_version) as version from ${schema}.dead_letters where handler = $1 and stream = $2`
    const { rows } = await orUnavailable(pool.query<{ version: number | null }>(text, [table.name, stream]))
    const version = rows[0]?.version ?? null
    if (version === null) return
    try {
      await store.readStream(stream, { from: version })
    } catch (thrown) {
      const found = unreadableEvent(thrown)
      if (found) await inTransaction(pool, (client) => deadLetters({ store, pool, schema }).park(client, table.name, found, thrown))
      throw thrown
    }
    await this.#settle(stream, version, undefined)
  }

  async #isReadable(stream: string, version: number): Promise<boolean> {
    try {
      await this.#options.store.readStream(stream, { from: version })
      return true
    } catch (thrown) {
      if (unreadableEvent(thrown)) return false
      throw thrown
    }
  }

  async #settle(stream: string, version: number, fence: Fence | undefined): Promise<void> {
    const { table, store, pool, schema, logger } = this.#options
    await inTransaction(pool, async (client) => {
      if (fence) await checkFence(client, fence.name, fence.token)
      const { rows } = await client.query<{ position: Position }>(lockSql(schema), [table.name])
      const reached = rows[0]?.position ?? ''
      const letters = await client.query(`delete from ${schema}.dead_letters where handler = $1 and stream = $2`, [table.name, stream])
      // Somebody else who asked at the same time has made up for it.
      if (letters.rowCount === 0) return
      const events = (await store.readStream(stream, { from: version })).filter((event) => event.position <= reached && table.wants(event))
      if (events.length > 0) await table.apply(client, events)
    })
    logger.info({ stream, version, handler: table.name }, 'a stream that was set apart is read again')
  }
}

function lockSql(schema: string): string {
  return `select position from ${schema}.checkpoints where name = $1 for update`
}

/** An event of a stream that can not be read. */
interface FirstApart {
  readonly stream: string
  readonly version: number
}

/** Mostly nothing is set apart. Only where more than this is, the streams of a batch, which are thousands, are sent to be compared. */
const mostFew = 100

function fewSql(schema: string): string {
  return `select stream, stream_version as version from ${schema}.dead_letters where handler = $1 and stream is not null limit ${mostFew + 1}`
}

function amongSql(schema: string): string {
  return `select stream, min(stream_version) as version from ${schema}.dead_letters where handler = $1 and stream = any($2::text[]) group by stream`
}

/** Returns the condition, in SQL, that a stream is not set apart from a table. Its name is the prefix and what the expression `id` gives. */
export function isNotSetApart(schema: string, table: string, prefix: string, id: string): string {
  // Renamed, so that no name in `id` is taken for a column of the letters.
  const letters = `(select handler as of_table, stream as set_apart from ${schema}.dead_letters) as apart`
  return `not exists (select from ${letters} where of_table = '${table}' and set_apart = '${prefix}' || ${id})`
}

/** Returns the ids of the streams that are set apart and whose names begin with the prefix. */
export async function idsSetApart(pool: pg.Pool, schema: string, table: string, prefix: string): Promise<ReadonlySet<string>> {
  const text = `select distinct substr(stream, length($2) + 1) as id from ${schema}.dead_letters where handler = $1 and starts_with(stream, $2)`
  const { rows } = await orUnavailable(pool.query<{ id: string }>(text, [table, prefix]))
  return new Set(rows.map(({ id }) => id))
}

/** Returns whether a stream is set apart whose name begins with the prefix. */
export async function isAnySetApart(pool: pg.Pool, schema: string, table: string, prefix: string): Promise<boolean> {
  const text = `select from ${schema}.dead_letters where handler = $1 and starts_with(stream, $2) limit 1`
  return (await orUnavailable(pool.query(text, [table, prefix]))).rowCount !== 0
}
