import type pg from 'pg'
import { firstSince } from '../../eventing/postgres/first-since.ts'
import type { Conditions } from '../paging/conditions.ts'
import { logIdColumn, type WithLogId } from '../paging/log-id.ts'
import type { PastMoment } from '../paging/past.ts'
import { eventSource } from './event-source.ts'

/** A range of time, in ms since the epoch. */
export interface TimeRange {
  /** Inclusive. */
  readonly from?: number | undefined
  /** Exclusive. */
  readonly to?: number | undefined
}

/** The part of the log that has every event of a range of time. */
export interface LogPart {
  /** Inclusive sequence; null: from the first event. */
  readonly first: number | null
  /** Exclusive sequence; null: up to the last event. */
  readonly end: number | null
  /** True: all events of the part are in the range. False: the times of the part must be compared. */
  readonly isExact: boolean
}

/** Times that both JavaScript and Postgres can tell, in ms since the epoch. */
const [earliest, latest] = [-62_135_596_800_000, 253_402_300_799_999]

/**
 * Finds where in the log a range of time is, by halving: times grow with positions, so some twenty rows tell it, and lists can read
 * their indexes by position in that part instead of comparing times from the newest row on. Where another store keeps the events,
 * its clock may have gone back; then the part is larger by the most that it ever went back.
 */
export async function logPartOf(pool: pg.Pool, schema: string, { from, to }: TimeRange): Promise<LogPart> {
  if (from === undefined && to === undefined) return { first: null, end: null, isExact: true }
  const events = await eventSource(pool, schema)
  const back = `(select coalesce(max(back_ms), 0) from ${schema}.log_clock)`
  const text = `select ${back}::int8 as back,
    case when $1::int8 is null then null else ${firstSince(events, `$1::int8 - ${back}`)} end as first,
    case when $2::int8 is null then null else ${firstSince(events, `$2::int8 + ${back}`)} end as end`
  const { rows } = await pool.query<{ back: string; first: string | null; end: string | null }>({
    name: `${schema}.log part of ${events}`,
    text,
    values: [told(from), told(to)],
  })
  const number = (value: string | null | undefined) => (value === null || value === undefined ? null : Number(value))
  return { first: number(rows[0]?.first), end: number(rows[0]?.end), isExact: Number(rows[0]?.back) === 0 }
}

function told(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.min(Math.max(ms, earliest), latest)
}

/** What tells the places of a row in the log, and its time in ms since the epoch. */
export interface TimedColumns {
  readonly places: readonly string[]
  readonly ms: string
  /** See {@link Conditions.place}; only for the first of the places. */
  readonly byStretch: boolean
}

/** Adds the conditions of a range of time. */
export function recordedBetween(conditions: Conditions, part: LogPart, { from, to }: TimeRange, { places, ms, byStretch }: TimedColumns): void {
  for (const [index, place] of places.entries()) {
    if (part.first !== null) conditions.place(place, '>=', part.first, byStretch && index === 0)
    if (part.end !== null) conditions.place(place, '<', part.end, byStretch && index === 0)
  }
  if (!part.isExact) conditions.between(ms, from, to)
}

/**
 * Returns the moment of an instant; null if no event came after it, so that everything is now as it was then.
 * `end` and `sureEnd` differ by what lies within the time that the store's clock ever went back.
 */
export async function readMoment(pool: pg.Pool, schema: string, asOf: number): Promise<PastMoment | null> {
  const next = asOf + 1
  const { first, end } = await logPartOf(pool, schema, { from: next, to: next })
  const last = `select coalesce(max(position), 0) as last, ${logIdColumn(schema)} from ${await eventSource(pool, schema)}`
  const { rows } = await pool.query<{ last: string } & WithLogId>(last)
  const [log] = rows
  if (!log || first === null || end === null || first > Number(log.last)) return null
  return { asOf, logId: log.log_id, sureEnd: first, end }
}
