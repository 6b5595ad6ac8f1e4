import type pg from 'pg'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import { type Position, parsePosition, sequenceIn } from '../../eventing/position.ts'
import { isAgentId } from '../../foundation/ids.ts'
import { isStorable } from '../../foundation/text.ts'
import { resolveAgents } from '../agents/resolve.ts'
import { Conditions } from '../paging/conditions.ts'
import { checkPage, pageOf, placeOf } from '../paging/cursor.ts'
import { logIdColumn, type WithLogId } from '../paging/log-id.ts'
import type { EventFilter, Page, PageRequest } from '../read-models.ts'
import { type EventRow, eventColumns, eventOfRow } from './event-row.ts'

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
  const [beyond, direction] = order === 'NEWEST_FIRST' ? ['<', 'desc'] : ['>', 'asc']
  if (page.after !== null) conditions.add(`sequence ${beyond} ${conditions.value(placeOf('events', page.after))}::int8`)
  const text = `select ${eventColumns}, ${logIdColumn(schema)} from ${schema}.event_log ${conditions.where}
    order by sequence ${direction} limit ${conditions.value(page.first + 1)}`
  const { rows } = await pool.query<Row>(text, conditions.values)
  return pageOf('events', page, rows, (row) => ({ place: Number(row.sequence), node: eventOfRow(row, row.log_id) }))
}

/** An agent's own doings are indexed by agent, everybody else's by actor. */
function anyActor(conditions: Conditions, actors: readonly string[] | undefined): void {
  conditions.anyOf('actor_id', actors)
  if (actors?.every((actor) => !isAgentId(actor))) conditions.add('actor_id is distinct from agent_id')
}

export async function readStreamEvents(pool: pg.Pool, schema: string, stream: string, page: PageRequest): Promise<Page<RecordedEvent>> {
  checkPage(page)
  const after = page.after === null ? -1 : placeOf('stream', page.after)
  const text = `select ${eventColumns}, ${logIdColumn(schema)} from ${schema}.event_log
    where hashtext(stream) = hashtext($1) and stream = $1 and version > $2::int8 order by version limit $3`
  if (!isStorable(stream)) return { edges: [], hasNextPage: false }
  const { rows } = await pool.query<Row>({ name: `${schema}.stream`, text, values: [stream, after, page.first + 1] })
  return pageOf('stream', page, rows, (row) => ({ place: row.version, node: eventOfRow(row, row.log_id) }))
}

/** Throws POSITION_INVALID, POSITION_UNKNOWN (of another log). */
export async function readEventsAfter(pool: pg.Pool, schema: string, position: Position, limit: number): Promise<readonly RecordedEvent[]> {
  const { sequence } = parsePosition(position)
  const text = `select ${eventColumns}, ${logIdColumn(schema)} from ${schema}.event_log where sequence > $1 order by sequence limit $2`
  const { rows } = await pool.query<Row>({ name: `${schema}.after`, text, values: [sequence, limit] })
  if (rows[0]) sequenceIn(rows[0].log_id, position)
  return rows.map((row) => eventOfRow(row, row.log_id))
}
