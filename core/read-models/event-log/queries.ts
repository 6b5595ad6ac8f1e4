import type pg from 'pg'
import { subjectOf } from '../../domain/event-subject.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import { formatPosition, type Position, parsePosition, sequenceIn } from '../../eventing/position.ts'
import type { UnreadableEvent } from '../../eventing/unreadable-event.ts'
import { asElvesError, ElvesError } from '../../foundation/errors.ts'
import { isAgentId } from '../../foundation/ids.ts'
import { Slices } from '../../foundation/slices.ts'
import { isStorable } from '../../foundation/text.ts'
import { resolveAgents } from '../agents/resolve.ts'
import { Conditions } from '../paging/conditions.ts'
import { cursorOf, placeOf } from '../paging/cursor.ts'
import { logIdColumn, type WithLogId } from '../paging/log-id.ts'
import { checkPage, type ListedRow, orderOf, type Page, type PageRequest, pageOf, pageQuery, type RowSource } from '../paging/page.ts'
import type { Visible } from '../visible.ts'
import { type AuditedPart, auditedParts, isAudited } from './audited.ts'
import { type EventRow, eventLogColumns, eventOfRow } from './event-row.ts'
import { eventSource } from './event-source.ts'
import { frequentTypes } from './frequent-types.ts'
import { hasText } from './has-text.ts'
import { logPartOf, recordedBetween } from './log-times.ts'
import { wordOf } from './word.ts'

export interface EventFilter {
  readonly streams?: readonly string[]
  readonly types?: readonly string[]
  /** Actor ids. */
  readonly actors?: readonly string[]
  /** Agent ids or ips. */
  readonly agents?: readonly string[]
  readonly apps?: readonly string[]
  readonly correlationId?: string
  /** A text that one of the texts in the event's data contains; upper and lower case differ. 1 to 256 characters. */
  readonly text?: string
  /** Only what is in one of these parts. */
  readonly audited?: Visible
  /** ms since the epoch, inclusive. */
  readonly from?: number
  /** ms since the epoch, exclusive. */
  readonly to?: number
}

/** Most entries of the log that one page looks into for a text. It bounds the time of a page, not what is found. */
const mostScanned = 20_000
/** Most bytes of events that one page looks into for a text; the first event is always looked into. An event may have about 1 MiB. */
const mostScannedBytes = 64 * 1024 * 1024
const longestSearched = 256

/** Throws BAD_REQUEST. */
function checkSearched(text: string): void {
  if (text.length >= 1 && text.length <= longestSearched && isStorable(text)) return
  throw new ElvesError('BAD_REQUEST', `text has 1 to ${longestSearched} characters, without NUL and half characters`)
}

/** An entry of the log: the event, or why it can not be read. */
export type LogEntry = RecordedEvent | Omit<UnreadableEvent, 'type'>

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

export async function readEvents(
  pool: pg.Pool,
  schema: string,
  filter: EventFilter,
  order: 'NEWEST_FIRST' | 'OLDEST_FIRST',
  page: PageRequest,
): Promise<Page<RecordedEvent>> {
  checkPage(page)
  const conditions = new Conditions()
  const agents = await resolveAgents(pool, schema, filter.agents)
  const parts = filter.audited ? await auditedParts(pool, schema, filter.audited) : null
  const asked = { ...filter, ...(agents && { agents }), parts }
  const direction = order === 'NEWEST_FIRST' ? 'desc' : 'asc'
  if (filter.text !== undefined) checkSearched(filter.text)
  const { text, scan } = await listQuery(pool, { schema, asked, direction, page, conditions })
  const { rows } = await pool.query<Row & ListedRow>(text, conditions.values)
  const found = await pageOf(rows, page, { list: 'events', place: (row) => Number(row.sequence), read: readEvent })
  const isWanted = hasWords(asked)
  const wanted = { ...found, edges: found.edges.filter(({ node }) => isWanted(node)) }
  return scan && !found.hasNextPage ? { ...wanted, ...(await endOfScan(pool, scan, direction, found)) } : wanted
}

/** Where the list goes on if the scan for a text ended before the log did. */
async function endOfScan(
  pool: pg.Pool,
  { text, values }: Scan,
  direction: Listing['direction'],
  { endCursor }: Page<RecordedEvent>,
): Promise<Pick<Page<RecordedEvent>, 'hasNextPage' | 'endCursor'>> {
  const last = direction === 'desc' ? 'min' : 'max'
  const { rows } = await pool.query<{ scanned: number; candidates: number | null; last: string | null }>(
    `select count(*)::int as scanned, max(candidates)::int as candidates, ${last}(sequence) as last from ${text} as scanned`,
    [...values],
  )
  const [end] = rows
  if (!end || end.candidates === null || end.last === null) return { hasNextPage: false, endCursor }
  if (end.candidates < mostScanned && end.scanned === end.candidates) return { hasNextPage: false, endCursor }
  return { hasNextPage: true, endCursor: cursorOf('events', Number(end.last)) }
}

/** The entries of the log in which a text is looked for. */
interface Scan {
  readonly text: string
  readonly values: readonly unknown[]
}

/** A filter whose agents are ids. */
interface Asked extends EventFilter {
  readonly parts: readonly AuditedPart[] | null
}

interface Listing {
  readonly schema: string
  readonly asked: Asked
  readonly direction: 'asc' | 'desc'
  readonly page: PageRequest
  readonly conditions: Conditions
}

async function listQuery(
  pool: pg.Pool,
  { schema, asked, direction, page, conditions }: Listing,
): Promise<{ readonly text: string; readonly scan: Scan | null }> {
  const areRare = asked.types?.every((type) => !frequentTypes.has(type)) ?? false
  if (areRare) anyWord(conditions, 'l.rare_type', asked.types)
  const byActor = actorConditions(conditions, asked.actors)
  if (asked.parts) addAudited(conditions, asked.parts)
  anyWord(conditions, 'l.agent', asked.agents)
  anyWord(conditions, 'l.app', asked.apps)
  anyWord(conditions, 'l.correlation', asked.correlationId === undefined ? undefined : [asked.correlationId])
  const part = await logPartOf(pool, schema, asked)
  const isOfEvents = asked.streams !== undefined || (asked.types !== undefined && !areRare) || !part.isExact
  const byStretch = isByStretch(asked, areRare)
  // Where the events may give the order, they are bounded, too. Where they can not, their bounds would only be counted again.
  const isByEvents = isOfEvents && !byStretch
  const places = isByEvents ? ['l.sequence', 'e.position'] : ['l.sequence']
  recordedBetween(conditions, part, asked, { places, ms: '(extract(epoch from e.recorded_at) * 1000)::int8', byStretch })
  if (page.after !== null) {
    const after = placeOf('events', page.after)
    for (const place of places) conditions.place(place, direction === 'desc' ? '<' : '>', after, byStretch && place === 'l.sequence')
  }
  const listed = { ...source(schema, await eventSource(pool, schema), 'sequence', direction), byStretch }
  if (isOfEvents) {
    conditions.anyOfHashed('e.stream_id', asked.streams)
    if (!areRare) conditions.anyOf('e.type', asked.types)
    // The store may be ahead of the audit log.
    if (isByEvents) conditions.add(`e.position <= (select max(sequence) from ${schema}.event_log)`)
  }
  if (isOfEvents && byActor.length === 1 && asked.text === undefined) return { text: pageQuery(listed, conditions.with(byActor), page), scan: null }
  // The page first, and then its events: a stretch may have many more rows than a page.
  const log = `${schema}.event_log l`
  const most = asked.text === undefined ? `limit ${conditions.value(page.first)}::int + 1` : `limit ${mostScanned}`
  const rows = (where: string) => `select l.sequence from ${isOfEvents ? listed.table : log} ${where} order by ${orderOf(listed)} ${most}`
  const parts = byActor.map((condition) => `(${rows(conditions.with([condition]).where)})`)
  const found = parts.length === 1 ? parts[0] : `(select * from (${parts.join(' union all ')}) as l order by ${orderOf(listed)} ${most})`
  const scan = asked.text === undefined ? null : { text: withinBytes(found ?? '', listed.events, direction), values: [...conditions.values] }
  const listedOf = { ...listed, table: listed.table.replace(log, `${scan?.text ?? found} l`) }
  const searched = new Conditions(conditions.values)
  // Avro keeps a text as it is. What is found across two texts is left out when the event has been read.
  if (asked.text !== undefined) searched.add(`position(${searched.value(Buffer.from(asked.text))}::bytea in e.data) > 0`)
  return { text: pageQuery(listedOf, searched, page), scan }
}

/**
 * Returns the query of those rows of the log whose events before them have less bytes than one page looks into, with the number of all of
 * them. The server knows the size of a large value without reading it.
 */
function withinBytes(rows: string, events: string, direction: Listing['direction']): string {
  const bytesBefore = `sum(octet_length(e.data)) over (order by l.sequence ${direction} rows between unbounded preceding and 1 preceding)`
  return `(select sequence, candidates from (
      select l.sequence, count(*) over () as candidates, coalesce(${bytesBefore}, 0) as bytes_before
      from ${rows} l left join ${events} e on e.position = l.sequence
    ) as sized where bytes_before < ${mostScannedBytes})`
}

function source(schema: string, events: string, place: 'sequence' | 'version', direction: 'asc' | 'desc'): RowSource & { readonly events: string } {
  const table = `${schema}.event_log l join ${events} e on e.position = l.sequence`
  return { columns: `${eventLogColumns(events)}, ${logIdColumn(schema)}`, table, large: ['e.data'], place, direction, events }
}

/** True if the rows come by an index that has a number and the stretches of the log. */
function isByStretch({ agents, apps, actors, streams, correlationId, parts }: Asked, areRare: boolean): boolean {
  if (areRare || streams || correlationId !== undefined) return false
  const [part, ...more] = parts ?? []
  const ofPart = part && more.length === 0 ? [part.apps, part.agentIds] : []
  return [agents, apps, actors, ...ofPart].some((wanted) => wanted?.length === 1)
}

/** The row is in one of these parts. */
function addAudited(conditions: Conditions, parts: readonly AuditedPart[]): void {
  const texts = parts.map(({ apps, agentIds }) => {
    const part = new Conditions(conditions.values)
    anyWord(part, 'l.app', apps ?? undefined)
    anyWord(part, 'l.agent', agentIds ?? undefined)
    return part.isEmpty ? 'true' : `(${part.text})`
  })
  const [only = 'false', ...more] = texts
  conditions.add(more.length === 0 ? only : `(${texts.join(' or ')})`)
}

/** The column has the number of one of these texts. `undefined` adds no condition. */
function anyWord(conditions: Conditions, column: string, given: readonly string[] | undefined): void {
  if (given !== undefined) conditions.add(`${column} ${wordsOf(conditions, given)}`)
}

/** Returns the comparison of a column with the numbers of these texts. A single one uses `=`, so that an index gives its rows in order. */
function wordsOf(conditions: Conditions, given: readonly string[]): string {
  const words = given.filter(isStorable).map(wordOf)
  return words.length === 1 ? `= ${conditions.value(words[0])}::int4` : `= any(${conditions.value(words)}::int4[])`
}

/**
 * Returns the conditions of a filter by actor: a row is found if it has any of them, and none has two. An event that its agent caused
 * itself has no actor of its own in the audit log: it is found by the agent.
 */
function actorConditions(conditions: Conditions, actors: readonly string[] | undefined): readonly [string, ...string[]] {
  if (actors === undefined) return ['true']
  const words = wordsOf(conditions, actors)
  // Only an agent can be the agent of an event, so for others one index gives the rows in order.
  if (!actors.some(isAgentId)) return [`l.actor ${words}`]
  const [byActor, byAgent] = [`l.actor ${words}`, `l.actor is null and l.agent ${words}`]
  // Each of both indexes gives the rows of one value in order, and none gives those of an `or`.
  return actors.length === 1 ? [byActor, byAgent] : [`(${byActor} or (${byAgent}))`]
}

/**
 * Tells an event that has the texts of a filter from one that has only their numbers in common with it. A page that held such an
 * event is shorter by it.
 */
function hasWords({ types, actors, agents, apps, correlationId, text, parts }: Asked): (event: RecordedEvent) => boolean {
  const isOfPart = parts ? isAudited(parts) : () => true
  return ({ event, context }) => {
    const { agentId, app } = subjectOf(event)
    return (
      (types?.includes(event.type) ?? true) &&
      (actors?.includes(context.actor.id) ?? true) &&
      (agents?.includes(agentId ?? '') ?? true) &&
      (apps?.includes(app ?? '') ?? true) &&
      (correlationId === undefined || context.correlationId === correlationId) &&
      (text === undefined || hasText(event.data, text)) &&
      isOfPart(event)
    )
  }
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

export async function readStreamEvents(pool: pg.Pool, schema: string, stream: string, page: PageRequest): Promise<Page<RecordedEvent>> {
  checkPage(page)
  if (!isStorable(stream)) return { edges: [], endCursor: null, hasNextPage: false, unreadable: [], bytes: 0 }
  const conditions = new Conditions()
  conditions.anyOfHashed('e.stream_id', [stream])
  conditions.add(`e.stream_version > ${conditions.value(page.after === null ? -1 : placeOf('stream', page.after))}::int8`)
  const from = await eventSource(pool, schema)
  const text = pageQuery(source(schema, from, 'version', 'asc'), conditions, page)
  const { rows } = await pool.query<Row & ListedRow>({ name: `${schema}.stream of ${from}`, text, values: conditions.values })
  return pageOf(rows, page, { list: 'stream', place: ({ version }) => version, read: readEvent })
}

/** Throws POSITION_INVALID, or POSITION_UNKNOWN for a position of another log. */
export async function readEventsAfter(pool: pg.Pool, schema: string, position: Position, most: LogSlice): Promise<LogRead> {
  const conditions = new Conditions()
  conditions.add(`l.sequence > ${conditions.value(parsePosition(position).sequence)}::int8`)
  const from = await eventSource(pool, schema)
  const text = pageQuery(source(schema, from, 'sequence', 'asc'), conditions, { first: most.events, after: null, maxBytes: most.bytes })
  const { rows } = await pool.query<Row & ListedRow>({ name: `${schema}.after of ${from}`, text, values: conditions.values })
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
