import type pg from 'pg'
import { lastInstantIn } from '../../domain/schedule/settings.ts'
import { isStorable } from '../../foundation/text.ts'
import { cursorOf, placeOf } from '../paging/cursor.ts'
import { checkPage, type Page, type PageRequest } from '../paging/page.ts'

/** What became of an instant of a schedule. */
export interface FireView {
  /** ms since the epoch. */
  readonly instant: number
  readonly outcome: 'FIRED' | 'MISSED' | 'SKIPPED' | 'REFUSED'
  /** Null unless it fired. */
  readonly taskId: string | null
  /** Null if it fired. */
  readonly reason: string | null
}

interface Row {
  readonly first_at: string
  readonly last_at: string
  readonly outcome: FireView['outcome']
  readonly reason: string | null
  readonly task_id: string | null
  readonly rule: string | null
  readonly time_zone: string | null
}

const afterAll = Number.MAX_SAFE_INTEGER
const fireBytes = 200

/** Returns a page of the instants of a schedule that are dealt with, the latest first. Ranges are told instant by instant. */
export async function readFires(pool: pg.Pool, schema: string, scheduleId: string, page: PageRequest): Promise<Page<FireView>> {
  checkPage(page)
  const { first, after } = page
  const before = after === null ? afterAll : placeOf('fires', after)
  const most = first + 2
  const columns = 'first_at, last_at, outcome, reason, task_id, rule, time_zone, sequence'
  // What is over before, and ranges that are not, which have an index of their own: a deep page does not pass what is later.
  const text = `(select ${columns} from ${schema}.schedule_fires where schedule_id = $1 and last_at < $2::int8
      order by last_at desc, sequence desc limit $3)
    union all select ${columns} from ${schema}.schedule_fires where schedule_id = $1 and first_at < last_at and first_at < $2::int8 and last_at >= $2::int8
    order by last_at desc, sequence desc limit $3`
  const { rows } = isStorable(scheduleId) ? await pool.query<Row>(text, [scheduleId, before, most]) : { rows: [] }
  const fires = latestFirst(rows, before, first + 1)
  const edges = fires.slice(0, first).map((node) => ({ cursor: cursorOf('fires', node.instant), node }))
  const hasNextPage = fires.length > first
  return { edges, endCursor: edges.at(-1)?.cursor ?? null, hasNextPage, unreadable: [], bytes: edges.length * fireBytes }
}

/** Returns the task of the last fire that has ended; null if none has. Read from the tasks too, so wait for both read models. */
export async function readLastEndedTask(pool: pg.Pool, schema: string, scheduleId: string): Promise<string | null> {
  const text = `select task.id from ${schema}.schedule_fires fire join ${schema}.tasks task on task.id = fire.task_id
    where fire.schedule_id = $1 and task.end_state is not null order by fire.last_at desc, fire.sequence desc limit 1`
  const { rows } = isStorable(scheduleId) ? await pool.query<{ id: string }>(text, [scheduleId]) : { rows: [] }
  return rows[0]?.id ?? null
}

/** A row, and the latest of its instants that was not told yet. */
interface Head {
  readonly row: Row | null
  instant: number | null
}

/** Merges the rows' instants. A stalled owner of the scheduler may have fired what another recorded as not fired: then it fired. */
function latestFirst(rows: readonly Row[], before: number, count: number): readonly FireView[] {
  const fired = new Set(rows.filter(({ task_id }) => task_id !== null).map(({ first_at }) => Number(first_at)))
  const heads = rows.map((row): Head => ({ row, instant: previousInstant(row, before) }))
  const fires: FireView[] = []
  let last: number | null = null
  while (fires.length < count) {
    const head = heads.reduce((latest, one) => ((one.instant ?? -1) > (latest.instant ?? -1) ? one : latest), { row: null, instant: null } as Head)
    const { row, instant } = head
    if (row === null || instant === null) break
    head.instant = row.task_id === null ? previousInstant(row, instant) : null
    const isTold = row.task_id === null && (fired.has(instant) || instant === last)
    if (!isTold) fires.push({ instant, outcome: row.outcome, taskId: row.task_id, reason: row.reason })
    last = instant
  }
  return fires
}

/** Returns the row's last instant before `before`; null if there is none. */
function previousInstant({ first_at, last_at, rule, time_zone }: Row, before: number): number | null {
  const [from, to] = [Number(first_at), Math.min(Number(last_at) + 1, before)]
  if (rule === null || time_zone === null) return from < before ? from : null
  return from < to ? lastInstantIn({ rule, timeZone: time_zone, startsAt: null, endsAt: null }, from, to) : null
}
