import type pg from 'pg'
import { formatPosition, type Position } from '../../eventing/position.ts'
import { Conditions } from '../paging/conditions.ts'
import { cursorOf, placeOf } from '../paging/cursor.ts'
import { logIdColumn, type WithLogId } from '../paging/log-id.ts'
import { checkPage, type Page, type PageRequest } from '../paging/page.ts'
import { eventSource } from './event-source.ts'
import { logPartOf } from './log-times.ts'

/** Streams that have events between two instants. */
export interface ChangesAsked {
  /** ms since the epoch, exclusive: what was so then is before. */
  readonly from: number
  /** ms since the epoch, inclusive. */
  readonly to: number
  /** Prefixes of names of streams; undefined: all. */
  readonly prefixes?: readonly string[]
}

/** A stream with events between two instants, and those of its events. Times are ms since the epoch. */
export interface ChangedStream {
  readonly stream: string
  readonly firstVersion: number
  readonly lastVersion: number
  readonly lastPosition: Position
  readonly firstAt: number
  readonly lastAt: number
  /** Types of the events, each once, in order of name. */
  readonly types: readonly string[]
}

/** Most events that one page looks at. It bounds the time of a page, not what is found. */
const mostScanned = 20_000
/** Approximate bytes of an entry. */
const entryBytes = 300

/** Without a stream if none was found. */
interface Row extends WithLogId {
  readonly scanned: number
  readonly scanned_to: string | null
  readonly first_position: string
  readonly stream: string | null
  readonly first_version: number
  readonly first_at: string
  readonly last_version: number
  readonly last_position: string
  readonly last_at: string
  readonly types: readonly string[]
}

/**
 * Reads a page of the streams that changed, in the order of their first events between the instants. A page may be short, even empty,
 * with more behind it.
 */
export async function readChangedStreams(pool: pg.Pool, schema: string, asked: ChangesAsked, page: PageRequest): Promise<Page<ChangedStream>> {
  checkPage(page)
  const events = await eventSource(pool, schema)
  const part = await logPartOf(pool, schema, { from: asked.from + 1, to: asked.to + 1 })
  const within = new Conditions()
  const instant = (ms: number) => `timestamptz 'epoch' + ${within.value(ms)}::int8 * interval '1 millisecond'`
  const [after, upTo] = [instant(asked.from), instant(asked.to)]
  if (part.first !== null) within.add(`e.position >= ${within.value(part.first)}::int8`)
  if (part.end !== null) within.add(`e.position < ${within.value(part.end)}::int8`)
  // The store may be ahead of the audit log.
  within.add(`e.position <= (select max(sequence) from ${schema}.event_log)`)
  within.add(`e.recorded_at > ${after} and e.recorded_at <= ${upTo}`)
  if (page.after !== null) within.add(`e.position > ${within.value(placeOf('changes', page.after))}::int8`)
  const scan = `select e.position, e.stream_id, e.stream_version, e.recorded_at from ${events} e ${within.where} order by e.position limit ${mostScanned}`
  const ofStream = (alias: string) => `hashtext(${alias}.stream_id) = hashtext(f.stream_id) and ${alias}.stream_id = f.stream_id`
  const isAsked =
    asked.prefixes && `exists (select from unnest(${within.value(asked.prefixes)}::text[]) as p (prefix) where starts_with(f.stream_id, p.prefix))`
  const text = `with scanned as materialized (${scan}), found as (
      select f.* from scanned f
        where not exists (select from ${events} p where ${ofStream('p')} and p.stream_version = f.stream_version - 1 and p.recorded_at > ${after})
        ${isAsked ? `and ${isAsked}` : ''}
        order by f.position limit ${within.value(page.first + 1)}::int
    )
    select s.scanned, s.scanned_to, f.position as first_position, f.stream_id as stream, f.stream_version as first_version,
      ${msOf('f')} as first_at, l.last_version, l.last_position, l.last_at, l.types, ${logIdColumn(schema)}
    from (select count(*)::int as scanned, max(position) as scanned_to from scanned) s left join found f on true left join lateral (
      select max(e.stream_version) as last_version, max(e.position) as last_position, max(${msOf('e')}) as last_at,
        array_agg(distinct e.type order by e.type) as types
      from ${events} e where ${ofStream('e')} and e.stream_version >= f.stream_version and e.recorded_at <= ${upTo}
        and e.position <= (select max(sequence) from ${schema}.event_log)
    ) l on true order by f.position`
  const { rows } = await pool.query<Row>(text, within.values)
  const found = rows.filter((row) => row.stream !== null)
  const edges = found.slice(0, page.first).map((row) => ({ cursor: cursorOf('changes', Number(row.first_position)), node: changedStream(row) }))
  return { edges, ...endOf(rows[0], found.length > page.first, edges.at(-1)?.cursor ?? null), unreadable: [], bytes: entryBytes * edges.length }
}

function endOf(row: Row | undefined, isFull: boolean, last: string | null): Pick<Page<ChangedStream>, 'hasNextPage' | 'endCursor'> {
  if (isFull) return { hasNextPage: true, endCursor: last }
  const hasMore = row !== undefined && row.scanned === mostScanned
  return { hasNextPage: hasMore, endCursor: hasMore ? cursorOf('changes', Number(row.scanned_to)) : last }
}

function msOf(alias: string): string {
  return `(extract(epoch from ${alias}.recorded_at) * 1000)::bigint`
}

function changedStream(row: Row): ChangedStream {
  return {
    stream: row.stream ?? '',
    firstVersion: row.first_version,
    lastVersion: row.last_version,
    lastPosition: formatPosition(row.log_id, Number(row.last_position)),
    firstAt: Number(row.first_at),
    lastAt: Number(row.last_at),
    types: row.types,
  }
}
