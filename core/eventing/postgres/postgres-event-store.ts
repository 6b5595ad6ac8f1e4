import type pg from 'pg'
import type { Registry } from 'prom-client'
import { ElvesError } from '../../foundation/errors.ts'
import type { Logger } from '../../foundation/log.ts'
import { checkAppends } from '../encoded-event.ts'
import type { Append, AppendResult, EventBatch, EventStore, ReadAll, ReadStream, RecordedEvent, Subscribe } from '../event-store.ts'
import { eventStoreMetrics } from '../event-store-metrics.ts'
import { formatPosition, type Position, parsePosition, sequenceIn } from '../position.ts'
import type { LogPage } from '../tail/recent-events.ts'
import { subscription } from '../tail/subscription.ts'
import { AppendQueue } from './append-queue.ts'
import { databasePool } from './database-pool.ts'
import { allReadable, type DecodedRows, eventColumns, eventsAfterQuery, type RowsQuery, readRows } from './event-rows.ts'
import { eventingSchema } from './eventing-schema.ts'
import { patiently } from './patience.ts'
import { Tail } from './tail.ts'

export interface PostgresEventStoreOptions {
  readonly connectionString: string
  readonly logger: Logger
  /** Connections for reading, beside one for appending and one for the tail. Default 4. */
  readonly poolSize?: number
  readonly schema?: string
  readonly registry?: Registry
  /**
   * True if other processes follow the log live; default true. If none does, appends send no notification, which is a fifth
   * of their time; a process that follows all the same learns of them by the slow poll of its tail.
   */
  readonly isFollowedElsewhere?: boolean
}

/** The event store on Postgres; its schema must have been migrated. */
export async function postgresEventStore(options: PostgresEventStoreOptions): Promise<EventStore> {
  const { connectionString, logger, poolSize = 4, schema = eventingSchema, isFollowedElsewhere = true, registry } = options
  const pool = databasePool(connectionString, poolSize, logger)
  try {
    const { rows } = await patiently(() => pool.query<{ log_id: string }>(`select log_id from ${schema}.log`))
    return new PostgresEventStore({
      connectionString,
      logger,
      schema,
      pool,
      isAnnounced: isFollowedElsewhere,
      logId: rows[0]?.log_id as string,
      registry,
    })
  } catch (error) {
    await pool.end()
    throw error
  }
}

interface Parts {
  readonly connectionString: string
  readonly logger: Logger
  readonly schema: string
  readonly pool: pg.Pool
  readonly logId: string
  readonly isAnnounced: boolean
  readonly registry: Registry | undefined
}

class PostgresEventStore implements EventStore {
  readonly #parts: Parts
  readonly #queue: AppendQueue
  readonly #closing = new AbortController()
  /** Started by the first subscription. */
  #tail: Tail | undefined
  /** The log has got at least so far. */
  #seen = 0
  #closed: Promise<void> | undefined

  constructor(parts: Parts) {
    this.#parts = parts
    const { connectionString, schema, logId, logger, isAnnounced, registry } = parts
    if (registry) eventStoreMetrics(registry, { queue: () => this.#queue, recent: () => this.#tail?.recent ?? null })
    const onAppended = (results: readonly AppendResult[], bytes: number) => this.#tail?.appended(written(results), bytes)
    this.#queue = new AppendQueue({ config: { connectionString }, schema, logId, logger, isAnnounced, onAppended })
  }

  async append(appends: readonly Append[]): Promise<readonly AppendResult[]> {
    checkAppends(appends)
    return this.#queue.append(appends)
  }

  async readStream(stream: string, { from = 0, limit }: ReadStream = {}): Promise<readonly RecordedEvent[]> {
    const where = 'where hashtext(e.stream_id) = hashtext($1) and e.stream_id = $1 and e.stream_version >= $2 order by e.stream_version limit $3'
    return allReadable(await this.#read('read_stream', where, [stream, from, limit ?? null]))
  }

  async readStreams(streams: readonly string[], from?: readonly number[]): Promise<readonly (readonly RecordedEvent[])[]> {
    const events = allReadable(await (from === undefined ? this.#readWhole(streams) : this.#readEnds(streams, from)))
    const byStream = Map.groupBy(events, (event) => event.stream)
    return streams.map((stream) => byStream.get(stream) ?? [])
  }

  async readAll({ from, direction, limit }: ReadAll): Promise<readonly RecordedEvent[]> {
    const sequence = from === null ? null : await this.#known(from)
    if (direction === 'forwards') return allReadable(await this.#readForwards(sequence ?? 0, limit))
    const where = 'where e.position < $1 order by e.position desc limit $2'
    return allReadable(await this.#read('read_backwards', where, [sequence ?? Number.MAX_SAFE_INTEGER, limit]))
  }

  /** No index is over names: all rows are looked at, of a million in about a second. */
  async readPrefixed(prefixes: readonly string[]): Promise<readonly RecordedEvent[]> {
    return allReadable(await this.#read('read_prefixed', 'where e.stream_id ^@ any($1::text[]) order by e.position', [prefixes]))
  }

  async *subscribe(options: Subscribe): AsyncGenerator<EventBatch> {
    const { logId } = this.#parts
    const signal = AbortSignal.any([options.signal, this.#closing.signal])
    if (signal.aborted) return
    const cursor = formatPosition(logId, options.after === null ? 0 : await this.#known(options.after))
    const end = await this.head()
    if (signal.aborted) return
    this.#tail ??= this.#startTail(end)
    const { recent } = this.#tail
    yield* subscription({ ...options, signal, cursor, end, recent, readPage: (after, limit) => this.#readPage(after, limit) })
  }

  async head(): Promise<Position> {
    return formatPosition(this.#parts.logId, await this.#end())
  }

  /** Positions count events here, without gaps. */
  async countAfter(position: Position | null, limit = Number.POSITIVE_INFINITY): Promise<number> {
    const sequence = position === null ? 0 : await this.#known(position)
    return Math.min(limit, Math.max(0, (await this.#end()) - sequence))
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    this.#closing.abort()
    await this.#queue.stop()
    await this.#tail?.stop()
    await this.#parts.pool.end()
  }

  /** Returns the sequence of a position that this log has reached. Throws POSITION_UNKNOWN, POSITION_INVALID. */
  async #known(position: Position): Promise<number> {
    const sequence = sequenceIn(this.#parts.logId, position)
    if (sequence <= this.#seen) return sequence
    if ((this.#tail && position <= this.#tail.recent.head) || sequence <= (await this.#end())) return sequence
    throw new ElvesError('POSITION_UNKNOWN', 'the position is beyond the end of this log', { facts: { position } })
  }

  async #end(): Promise<number> {
    const { pool, schema } = this.#parts
    const { rows } = await patiently(() => pool.query<{ head: string }>(`select coalesce(max(position), 0) as head from ${schema}.events`))
    this.#seen = Math.max(this.#seen, Number(rows[0]?.head))
    return Number(rows[0]?.head)
  }

  #startTail(head: Position): Tail {
    const { connectionString, schema, logId, logger } = this.#parts
    const isOwnWriter = (processId: number) => processId === this.#queue.processId
    return new Tail({ config: { connectionString }, schema, logId, logger, isOwnWriter }, head)
  }

  async #readPage(after: Position, limit: number): Promise<LogPage> {
    const { events, unreadable } = await this.#readForwards(parsePosition(after).sequence, limit)
    const last = events.at(-1)
    // Delivers the events before the unreadable one first; the next page begins with it.
    if (unreadable && !last) throw unreadable
    return { events, upTo: last?.position ?? after }
  }

  async #readForwards(after: number, limit: number): Promise<DecodedRows> {
    const { schema } = this.#parts
    const read = await this.#query({ name: 'read_forwards', text: eventsAfterQuery(schema, '$2'), values: [after, limit] })
    this.#seen = Math.max(this.#seen, read.last ?? 0)
    return read
  }

  #readWhole(streams: readonly string[]): Promise<DecodedRows> {
    const isWanted = 'hashtext(e.stream_id) = any(array(select hashtext(s) from unnest($1::text[]) as s)) and e.stream_id = any($1)'
    return this.#read('read_streams', `where ${isWanted} order by e.stream_id, e.stream_version`, [streams])
  }

  /** One scan of the index for each stream: a long one of which only the last events are wanted costs as little as a short one. */
  #readEnds(streams: readonly string[], from: readonly number[]): Promise<DecodedRows> {
    const { schema } = this.#parts
    const text = `select ${eventColumns(schema)}
      from unnest($1::text[], $2::int8[]) as w (stream_id, first_version)
      cross join lateral (
        select * from ${schema}.events e
        where hashtext(e.stream_id) = hashtext(w.stream_id) and e.stream_id = w.stream_id and e.stream_version >= w.first_version
      ) e
      order by e.stream_id, e.stream_version`
    return this.#query({ name: 'read_ends', text, values: [streams, from] })
  }

  #read(name: string, where: string, values: readonly unknown[]): Promise<DecodedRows> {
    return this.#query({ name, text: `select ${eventColumns(this.#parts.schema)} from ${this.#parts.schema}.events e ${where}`, values })
  }

  #query(query: RowsQuery): Promise<DecodedRows> {
    const { pool, logId } = this.#parts
    return patiently(() => readRows(pool, logId, query))
  }
}

function written(results: readonly AppendResult[]): RecordedEvent[] {
  return results.flatMap((result) => (result.ok && !result.isRepeat ? result.recorded : []))
}
