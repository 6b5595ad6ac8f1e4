import type pg from 'pg'
import { eventingSchema } from './eventing-schema.ts'

/** An event as the table has it. Nothing is decoded, so that a copy does not depend on a release that can read the event. */
export interface RawEvent {
  readonly position: number
  readonly stream: string
  readonly version: number
  readonly id: string
  readonly type: string
  readonly recordedMs: number
  readonly context: Buffer
  readonly data: Buffer
}

/** The id of the log in a database, and its last position; 0: the log is empty. */
export interface LogExtent {
  readonly logId: string
  readonly last: number
}

/** Small, because an event may have 350 KiB of parameter and result. */
const pageRows = 200

export async function logExtent(client: pg.Pool | pg.Client): Promise<LogExtent> {
  const { rows } = await client.query<{ log_id: string; last: string }>(
    `select log_id, coalesce((select max(position) from ${eventingSchema}.events), 0) as last from ${eventingSchema}.log`,
  )
  return { logId: rows[0]?.log_id ?? '', last: Number(rows[0]?.last ?? 0) }
}

/**
 * Yields all events up to a position, in order, a page at a time. It needs no snapshot: events are never changed, and none
 * becomes visible after a later one.
 */
export async function* rawEvents(client: pg.Pool | pg.Client, last: number): AsyncGenerator<readonly RawEvent[]> {
  const text = `select position, stream_id, stream_version, event_id, type, (extract(epoch from recorded_at) * 1000)::bigint, context, data
    from ${eventingSchema}.events where position > $1 and position <= $2 order by position limit ${pageRows}`
  // An event without a context has that of the event before it; the first event of a log has one.
  let context: Buffer = Buffer.alloc(0)
  for (let after = 0; after < last; ) {
    const { rows } = await client.query({ name: 'raw-events', text, values: [after, last], rowMode: 'array' })
    const page = (rows as unknown as readonly Row[]).map((row) => {
      context = row[6] ?? context
      return rawEventOf(row, context)
    })
    if (page.length === 0) return
    yield page
    after = page.at(-1)?.position ?? last
  }
}

type Row = readonly [string, string, number, string, string, string, Buffer | null, Buffer]

function rawEventOf([position, stream, version, id, type, recordedMs, , data]: Row, context: Buffer): RawEvent {
  return { position: Number(position), stream, version, id, type, recordedMs: Number(recordedMs), context, data }
}

/** Writes events at their positions into a log that has none of them. For a restore: nothing else may write meanwhile. */
export async function insertRawEvents(client: pg.Pool | pg.Client, events: readonly RawEvent[]): Promise<void> {
  const text = `insert into ${eventingSchema}.events (position, stream_id, stream_version, event_id, type, recorded_at, context, data)
    select n.position, n.stream, n.version, n.id, n.type, to_timestamp(n.recorded_ms / 1000.0), n.context, n.data
      from unnest($1::bigint[], $2::text[], $3::int[], $4::uuid[], $5::text[], $6::bigint[], $7::bytea[], $8::bytea[])
        as n(position, stream, version, id, type, recorded_ms, context, data)`
  const column = <Name extends keyof RawEvent>(name: Name) => events.map((event) => event[name])
  const values = [column('position'), column('stream'), column('version'), column('id'), column('type'), column('recordedMs')]
  const contexts = events.map(({ context }, index) => (events[index - 1]?.context.equals(context) ? null : context))
  const last = events.at(-1)?.position ?? 0
  await client.query({ name: 'make-partition', text: `select ${eventingSchema}.make_events_partition($1::bigint / 10000000)`, values: [last] })
  await client.query({ name: 'insert-raw-events', text, values: [...values, contexts, column('data')] })
}
