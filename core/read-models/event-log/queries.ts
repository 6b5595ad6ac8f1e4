import type pg from 'pg'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import { formatPosition, type Position, parsePosition, sequenceIn } from '../../eventing/position.ts'
import { asElvesError, ElvesError } from '../../foundation/errors.ts'
import { isAgentId } from '../../foundation/ids.ts'
import { Slices } from '../../foundation/slices.ts'
import { isStorable } from '../../foundation/text.ts'
import { resolveAgents } from '../agents/resolve.ts'
import { Conditions } from '../paging/conditions.ts'
import { placeOf } from '../paging/cursor.ts'
import { logIdColumn, type WithLogId } from '../paging/log-id.ts'
import { checkPage, type ListedRow, type Page, type PageRequest, pageOf, pageQuery, type RowSource } from '../paging/page.ts'
import { type EventRow, eventLogColumns, eventOfRow } from './event-row.ts'

export interface EventFilter {
  readonly streams?: readonly string[]
  readonly types?: readonly string[]
  /** Actor ids. */
  readonly actors?: readonly string[]
  /** Agent ids or ips. */
  readonly agents?: readonly string[]
  readonly apps?: readonly string[]
  readonly correlationId?: string
  /** ms since the epoch, inclusive. */
  readonly from?: number
  /** ms since the epoch, exclusive. */
  readonly to?: number
}

/** An entry of the log: the event, or why it can not be read. */
export type LogEntry = RecordedEvent | UnreadableEvent

export interface UnreadableEvent {
  readonly stream: string
  readonly version: number
  readonly position: Position
  /** An error with code EVENT_UNREADABLE. */
  readonly unreadable: ElvesError
}

export interface LogRead {
  readonly entries: readonly LogEntry[]
  /** True if the log had more entries after these. */
  readonly hasMore: boolean
}

/** How much of the log to read at once. */
export interface LogSlice {
  readonly events: number
  readonly bytes: number
}

type Row = EventRow & WithLogId

/** Types that the index leaves out, as the migration says. */
const frequentTypes = ['TaskRequested', 'TaskDispatched', 'TaskAcknowledged', 'TaskStarted', 'TaskSucceeded']
const isRareType = `type not in (${frequentTypes.map((type) => `'${type}'`).join(', ')})`

export async function readEvents(
  pool: pg.Pool,
  schema: string,
  filter: EventFilter,
  order: 'NEWEST_FIRST' | 'OLDEST_FIRST',
  page: PageRequest,
): Promise<Page<RecordedEvent>> {
  checkPage(page)
  const conditions = new Conditions()
  conditions.anyOfHashed('stream', filter.streams)
  conditions.anyOf('type', filter.types)
  if (filter.types?.every((type) => !frequentTypes.includes(type))) conditions.add(isRareType)
  anyActor(conditions, filter.actors)
  conditions.anyOfHashed('agent_id', await resolveAgents(pool, schema, filter.agents))
  conditions.anyOf('app', filter.apps)
  conditions.anyOfHashed('correlation_id', filter.correlationId === undefined ? undefined : [filter.correlationId])
  conditions.between('recorded_at', filter.from, filter.to)
  const [beyond, direction] = order === 'NEWEST_FIRST' ? (['<', 'desc'] as const) : (['>', 'asc'] as const)
  if (page.after !== null) conditions.add(`sequence ${beyond} ${conditions.value(placeOf('events', page.after))}::int8`)
  const { rows } = await pool.query<Row & ListedRow>(pageQuery(source(schema, 'sequence', direction), conditions, page), conditions.values)
  return pageOf(rows, page, { list: 'events', place: (row) => Number(row.sequence), read: readEvent })
}

function source(schema: string, place: 'sequence' | 'version', direction: 'asc' | 'desc'): RowSource {
  return { columns: `${eventLogColumns}, ${logIdColumn(schema)}`, table: `${schema}.event_log`, large: ['data'], place, direction }
}

/** In an event with less data than this, names and numbers take more than texts, so the size of its row is close enough. */
const largeData = 4_096

/**
 * Returns an event with its size in an answer. Avro keeps texts as they are; in JSON, an unprintable character takes up to
 * six times as much.
 */
function readEvent(row: Row & ListedRow): { readonly node: RecordedEvent; readonly bytes: number } {
  const node = eventOfRow(row, row.log_id)
  if (row.data.length < largeData) return { node, bytes: row.octets }
  return { node, bytes: row.octets - row.data.length + JSON.stringify(node.event.data).length }
}

/** Filters by actor. Events that an agent caused itself are indexed by agent, all others by actor. */
function anyActor(conditions: Conditions, actors: readonly string[] | undefined): void {
  conditions.anyOf('actor_id', actors)
  if (actors?.every((actor) => !isAgentId(actor))) conditions.add('actor_id is distinct from agent_id')
}

export async function readStreamEvents(pool: pg.Pool, schema: string, stream: string, page: PageRequest): Promise<Page<RecordedEvent>> {
  checkPage(page)
  if (!isStorable(stream)) return { edges: [], endCursor: null, hasNextPage: false, unreadable: [], bytes: 0 }
  const conditions = new Conditions()
  conditions.anyOfHashed('stream', [stream])
  conditions.add(`version > ${conditions.value(page.after === null ? -1 : placeOf('stream', page.after))}::int8`)
  const text = pageQuery(source(schema, 'version', 'asc'), conditions, page)
  const { rows } = await pool.query<Row & ListedRow>({ name: `${schema}.stream`, text, values: conditions.values })
  return pageOf(rows, page, { list: 'stream', place: ({ version }) => version, read: readEvent })
}

/** Throws POSITION_INVALID, or POSITION_UNKNOWN for a position of another log. */
export async function readEventsAfter(pool: pg.Pool, schema: string, position: Position, most: LogSlice): Promise<LogRead> {
  const conditions = new Conditions()
  conditions.add(`sequence > ${conditions.value(parsePosition(position).sequence)}::int8`)
  const text = pageQuery(source(schema, 'sequence', 'asc'), conditions, { first: most.events, after: null, maxBytes: most.bytes })
  const { rows } = await pool.query<Row & ListedRow>({ name: `${schema}.after`, text, values: conditions.values })
  if (rows[0]) sequenceIn(rows[0].log_id, position)
  const slices = new Slices()
  const entries: LogEntry[] = []
  for (const row of rows) {
    await slices.rest()
    entries.push(entryOf(row))
  }
  return { entries, hasMore: Number(rows[0]?.found ?? 0) > rows.length }
}

function entryOf(row: Row): LogEntry {
  try {
    return eventOfRow(row, row.log_id)
  } catch (error) {
    const position = formatPosition(row.log_id, Number(row.sequence))
    const { code, message, cause, facts } = asElvesError(error)
    const unreadable = new ElvesError(code === 'INTERNAL' ? 'EVENT_UNREADABLE' : code, message, { cause, facts: { ...facts, position } })
    return { stream: row.stream, version: row.version, position, unreadable }
  }
}
