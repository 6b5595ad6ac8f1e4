import type { Actor } from '@elves/schemas/generated/types.ts'
import type pg from 'pg'
import { type RebuildEvent, rebuildAggregate } from '../../domain/rebuild/rebuild.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import type { Position } from '../../eventing/position.ts'
import { eventingSchema } from '../../eventing/postgres/eventing-schema.ts'
import { isTableThere } from '../../eventing/postgres/table-there.ts'
import { cursorOf, placeOf } from '../paging/cursor.ts'
import { checkPage, type Page, type PageRequest } from '../paging/page.ts'

export type RebuildStateName = 'REQUESTED' | 'DONE' | 'FAILED'

/** Read models that somebody has made anew. Instants are ms since the epoch. */
export interface RebuildView {
  readonly id: string
  readonly state: RebuildStateName
  readonly readModels: readonly string[]
  readonly reason: string | null
  readonly requestedAt: number
  readonly requestedBy: Actor
  readonly endedAt: number | null
  readonly upTo: Position | null
  readonly failure: { readonly code: string; readonly message: string } | null
}

/** The one fold of its events into what people see. */
export function evolveRebuildView(view: RebuildView | null, { event, stream, recordedAt, context }: RecordedEvent<RebuildEvent>): RebuildView {
  if (event.type === 'ReadModelsRebuildRequested') {
    const { readModels, reason } = event.data
    const asked = { id: rebuildAggregate.idOf(stream) ?? '', readModels, reason, requestedAt: recordedAt, requestedBy: context.actor }
    return { ...asked, state: 'REQUESTED', endedAt: null, upTo: null, failure: null }
  }
  if (!view) throw new TypeError(`${stream} begins with ${event.type}`)
  if (event.type === 'ReadModelsRebuilt') return { ...view, state: 'DONE', endedAt: recordedAt, upTo: event.data.upTo }
  return { ...view, state: 'FAILED', endedAt: recordedAt, failure: event.data }
}

interface Row {
  readonly id: string
  readonly state: RebuildStateName
  readonly read_models: readonly string[]
  readonly reason: string | null
  readonly requested_at: string
  readonly requested_by: string
  readonly ended_at: string | null
  readonly up_to: string | null
  readonly code: string | null
  readonly message: string | null
  readonly place: string
}

/** Approximate bytes of an entry without its texts. */
const entryBytes = 500

/** Newest first. They are the write side's table: a rebuild leaves them alone. */
export async function readRebuilds(pool: pg.Pool, _schema: string, page: PageRequest): Promise<Page<RebuildView>> {
  checkPage(page)
  const table = `${eventingSchema}.rebuilds`
  // Else no service of the write side has started on this database yet.
  if (!(await isTableThere(pool, table))) return { edges: [], endCursor: page.after, hasNextPage: false, unreadable: [], bytes: 0 }
  const place = `row_number() over (order by requested_at, id)`
  const text = `select * from (select *, ${place} as place from ${table}) as numbered where $1::int8 is null or place < $1 order by place desc limit $2`
  const { rows } = await pool.query<Row>(text, [page.after === null ? null : placeOf('rebuilds', page.after), page.first + 1])
  const edges = rows.slice(0, page.first).map((row) => ({ cursor: cursorOf('rebuilds', Number(row.place)), node: viewOf(row) }))
  const bytes = edges.reduce((sum, { node }) => sum + entryBytes + (node.reason?.length ?? 0) + (node.failure?.message.length ?? 0), 0)
  return { edges, endCursor: edges.at(-1)?.cursor ?? page.after, hasNextPage: rows.length > edges.length, unreadable: [], bytes }
}

function viewOf({ id, state, read_models: readModels, reason, ...row }: Row): RebuildView {
  return {
    id,
    state,
    readModels,
    reason,
    requestedAt: Number(row.requested_at),
    requestedBy: JSON.parse(row.requested_by) as Actor,
    endedAt: row.ended_at === null ? null : Number(row.ended_at),
    upTo: row.up_to,
    failure: row.code === null ? null : { code: row.code, message: row.message ?? '' },
  }
}
