import type { EventContext } from '@elves/schemas/generated/types.ts'
import type pg from 'pg'
import { ElvesError } from '../../foundation/errors.ts'
import { decodeEvent, storedEvent } from '../encoded-event.ts'
import type { RecordedEvent } from '../event-store.ts'
import { pageBytes } from '../page-bytes.ts'
import { formatPosition } from '../position.ts'

/** Returns the context of a row `e` of a table of events: a row without one has that of the row before it. */
export function contextColumn(table: string): string {
  return `coalesce(e.context, (select f.context from ${table} f where f.position < e.position and f.context is not null order by f.position desc limit 1))`
}

const columnsBefore = 'e.position, e.stream_id, e.stream_version, e.event_id, (extract(epoch from e.recorded_at) * 1000)::bigint, e.type'

/** Returns the columns of the events `e` of a schema, for reads in any order. */
export function eventColumns(schema: string): string {
  return `${columnsBefore}, ${contextColumn(`${schema}.events`)}, e.data`
}

const ownBytes = 'coalesce(octet_length(context), 0) + octet_length(data)'

/**
 * Returns a query for the rows after the position $1 in order, at most `limit`. It ends with the row that reaches {@link pageBytes}.
 * A context that is the same as in the row before is not sent again.
 */
export function eventsAfterQuery(schema: string, limit: string): string {
  return `select ${columnsBefore}, case when nth = 1 then ${contextColumn(`${schema}.events`)} else e.context end, e.data from (
    select *, sum(${ownBytes}) over (order by position rows unbounded preceding) as bytes_so_far, row_number() over (order by position) as nth
    from (select * from ${schema}.events where position > $1 order by position limit ${limit}) as page
  ) as e where bytes_so_far - (${ownBytes}) < ${pageBytes} order by position`
}

type Row = readonly [
  position: string,
  stream: string,
  version: number,
  id: string,
  recordedMs: string,
  type: RecordedEvent['event']['type'],
  /** Null: the same as that of the row before. */
  context: Buffer | null,
  data: Buffer,
]

/** Rows of {@link eventColumns} in order, decoded up to the first unreadable one. */
export interface DecodedRows {
  readonly events: readonly RecordedEvent[]
  /** Sequence of the last row, readable or not; null if there was none. */
  readonly last: number | null
  readonly count: number
  /** True if the page ends because of its bytes: there may be more. */
  readonly isCut: boolean
  /** Rough size in memory. */
  readonly bytes: number
  readonly unreadable: ElvesError | null
}

export interface RowsQuery {
  /** Name of the prepared statement. */
  readonly name: string
  readonly text: string
  readonly values: readonly unknown[]
}

export async function readRows(client: pg.Pool | pg.Client, logId: string, query: RowsQuery): Promise<DecodedRows> {
  const { rows } = await client.query<never[]>({ ...query, values: [...query.values], rowMode: 'array' })
  return decodeRows(logId, rows as unknown as readonly Row[])
}

/** Returns the events of a read that must read all of them. Throws EVENT_UNREADABLE. */
export function allReadable({ events, unreadable }: DecodedRows): readonly RecordedEvent[] {
  if (unreadable) throw unreadable
  return events
}

function decodeRows(logId: string, rows: readonly Row[]): DecodedRows {
  const events: RecordedEvent[] = []
  let bytes = 0
  let last: number | null = null
  let context: ReadContext | null = null
  for (const row of rows) {
    last = Number(row[0])
    try {
      context = contextOfRow(row, context)
      events.push(eventOfRow(logId, row, context))
      bytes += (row[6]?.length ?? 0) + row[7].length
    } catch (error) {
      if (!(error instanceof ElvesError)) throw error
      return { events, last, count: rows.length, isCut: false, bytes, unreadable: error }
    }
  }
  return { events, last, count: rows.length, isCut: bytes >= pageBytes, bytes, unreadable: null }
}

interface ReadContext {
  readonly bytes: Buffer
  /** Null: not decoded yet. */
  decoded: EventContext | null
}

function contextOfRow([, , , , , , bytes]: Row, before: ReadContext | null): ReadContext {
  if (bytes === null && before) return before
  return { bytes: bytes ?? Buffer.alloc(0), decoded: null }
}

function eventOfRow(logId: string, [sequence, stream, version, id, recordedMs, type, , data]: Row, context: ReadContext): RecordedEvent {
  const position = formatPosition(logId, Number(sequence))
  const decoded = decodeEvent(type, context.decoded ?? context.bytes, data, { position, stream, version })
  context.decoded = decoded.context
  const event = { id, event: decoded.event, context: decoded.context, stream, version, position, recordedAt: Number(recordedMs) }
  return storedEvent(event, { context: context.bytes, data })
}
