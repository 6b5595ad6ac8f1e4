import type pg from 'pg'
import { ElvesError } from '../../foundation/errors.ts'
import { decodeEvent } from '../encoded-event.ts'
import type { RecordedEvent } from '../event-store.ts'
import { pageBytes } from '../page-bytes.ts'
import { formatPosition } from '../position.ts'
import { storedEvent } from '../stored-event.ts'

export const eventColumns = `position, stream_id, stream_version, event_id, (extract(epoch from recorded_at) * 1000)::bigint, type, context, data`

const ownBytes = 'octet_length(context) + octet_length(data)'

/** Returns a query for the rows after the position $1 in order, at most `limit`. It ends with the row that reaches {@link pageBytes}. */
export function eventsAfterQuery(schema: string, limit: string): string {
  return `select ${eventColumns} from (
    select *, sum(${ownBytes}) over (order by position rows unbounded preceding) as bytes_so_far
    from (select * from ${schema}.events where position > $1 order by position limit ${limit}) as page
  ) as counted where bytes_so_far - (${ownBytes}) < ${pageBytes} order by position`
}

type Row = readonly [
  position: string,
  stream: string,
  version: number,
  id: string,
  recordedMs: string,
  type: RecordedEvent['event']['type'],
  context: Buffer,
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
  for (const row of rows) {
    last = Number(row[0])
    try {
      events.push(eventOfRow(logId, row))
      bytes += row[6].length + row[7].length
    } catch (error) {
      if (!(error instanceof ElvesError)) throw error
      return { events, last, count: rows.length, isCut: false, bytes, unreadable: error }
    }
  }
  return { events, last, count: rows.length, isCut: bytes >= pageBytes, bytes, unreadable: null }
}

function eventOfRow(logId: string, [sequence, stream, version, id, recordedMs, type, context, data]: Row): RecordedEvent {
  const position = formatPosition(logId, Number(sequence))
  const decoded = decodeEvent(type, context, data, { position, stream, version })
  const event = { id, event: decoded.event, context: decoded.context, stream, version, position, recordedAt: Number(recordedMs) }
  return storedEvent(event, { context, data })
}
