import type pg from 'pg'
import { formatPosition, type Position, parsePosition } from '../../eventing/position.ts'
import { eventingSchema } from '../../eventing/postgres/eventing-schema.ts'
import { isTableThere } from '../../eventing/postgres/table-there.ts'
import { Conditions } from '../paging/conditions.ts'
import { cursorOf, placeOf } from '../paging/cursor.ts'
import { checkPage, type Page, type PageRequest } from '../paging/page.ts'
import { eventSource } from './event-source.ts'

/** An event that a handler could not deal with. It is parked, and the handler went on. */
export interface DeadLetterView {
  readonly id: string
  readonly handler: string
  readonly position: Position
  /** Of the event; null: neither who parked it nor the audit log says so. */
  readonly stream: string | null
  readonly version: number | null
  readonly type: string | null
  readonly code: string
  readonly message: string
  readonly attempts: number
  /** ms since the epoch. */
  readonly parkedAt: number
  readonly state: DeadLetterStateName
  readonly setAsideReason: string | null
}

export type DeadLetterStateName = 'PARKED' | 'SET_ASIDE' | 'SETTLED'

/** Which dead letters; an absent field is any. */
export interface DeadLettersFilter {
  readonly states?: readonly DeadLetterStateName[]
  readonly handlers?: readonly string[]
}

interface Row extends Omit<DeadLetterView, 'parkedAt'> {
  readonly parked_at: string
}

const stateSql = `case when d.set_aside_at is null then 'PARKED' else 'SET_ASIDE' end`

/** Approximate bytes of an entry without its message. */
const entryBytes = 300

/** Oldest first. They are the write side's table: a rebuild leaves them alone. */
export async function readDeadLetters(pool: pg.Pool, schema: string, filter: DeadLettersFilter, page: PageRequest): Promise<Page<DeadLetterView>> {
  checkPage(page)
  const table = `${eventingSchema}.dead_letters`
  // Else no service of the write side has started on this database yet.
  if (!(await isTableThere(pool, table))) return { edges: [], endCursor: page.after, hasNextPage: false, unreadable: [], bytes: 0 }
  const conditions = new Conditions()
  conditions.add(`d.id > ${conditions.value(page.after === null ? 0 : placeOf('dead-letters', page.after))}`)
  conditions.anyOf('d.handler', filter.handlers)
  conditions.anyOf(stateSql, filter.states)
  const text = `select d.id, d.handler, d.position, d.code, d.message, d.attempts, (extract(epoch from d.parked_at) * 1000)::bigint as parked_at,
      coalesce(d.stream, e.stream_id) as stream, coalesce(d.stream_version, e.stream_version) as version, coalesce(d.type, e.type) as type,
      ${stateSql} as state, d.set_aside_reason as "setAsideReason"
    from ${table} d left join ${await eventSource(pool, schema)} e on e.position = ('x' || right(d.position, 16))::bit(64)::bigint
    where ${conditions.texts.join(' and ')} order by d.id limit ${conditions.value(page.first + 1)}`
  const { rows } = await pool.query<Row>(text, conditions.values)
  const edges = rows.slice(0, page.first).map((row) => ({ cursor: cursorOf('dead-letters', Number(row.id)), node: viewOf(row) }))
  const bytes = edges.reduce((sum, { node }) => sum + entryBytes + node.message.length, 0)
  return { edges, endCursor: edges.at(-1)?.cursor ?? page.after, hasNextPage: rows.length > edges.length, unreadable: [], bytes }
}

function viewOf({ parked_at, position, ...row }: Row): DeadLetterView {
  const { logId, sequence } = parsePosition(position)
  return { ...row, position: formatPosition(logId, sequence), parkedAt: Number(parked_at) }
}
