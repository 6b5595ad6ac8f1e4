import type pg from 'pg'
import { isStorable } from '../../foundation/text.ts'
import { placeOf } from '../paging/cursor.ts'
import { logIdColumn, type WithLogId } from '../paging/log-id.ts'
import { checkPage, type ListedRow, type Page, type PageRequest, readable } from '../paging/page.ts'
import { listConditions, type PastMoment, readListed } from '../paging/past.ts'
import { addVisibleTasks, type Visible, visibleTasks } from '../visible.ts'
import { type ScheduleRow, scheduleColumns, scheduleViewOfRow } from './schedule-row.ts'
import type { ScheduleStateName, ScheduleView } from './schedule-view.ts'

/** An absent field is any. */
export interface ScheduleFilter {
  readonly ids?: readonly string[]
  /** Ids or ips. */
  readonly agents?: readonly string[]
  readonly apps?: readonly string[]
  readonly states?: readonly ScheduleStateName[]
  /** Of which an instant from this one on was missed; ms since the epoch. */
  readonly missedSince?: number
  /** Only what somebody may see; absent: all. */
  readonly visible?: Visible
}

type Row = ScheduleRow & WithLogId

export async function readSchedule(pool: pg.Pool, schema: string, id: string): Promise<ScheduleView | null> {
  if (!isStorable(id)) return null
  const text = `select ${scheduleColumns}, ${logIdColumn(schema)} from ${schema}.schedules where id = $1`
  const { rows } = await pool.query<Row>(text, [id])
  const [row] = rows
  return row ? readable('schedules', id, () => scheduleViewOfRow(row, row.log_id)) : null
}

/**
 * Newest first. Deleted ones are left out unless the filter asks for their state or for ids. With a moment, those that {@link readListed}
 * returns of it.
 */
export async function readSchedules(
  pool: pg.Pool,
  schema: string,
  filter: ScheduleFilter,
  page: PageRequest,
  past: PastMoment | null = null,
): Promise<Page<ScheduleView>> {
  checkPage(page)
  const asked = listConditions()
  const { fixed, changing: conditions } = asked
  fixed.anyOf('id', filter.ids)
  // By what it is about now, also in the past.
  if (filter.visible) addVisibleTasks(fixed, schema, await visibleTasks(pool, schema, filter.visible))
  conditions.anyOf('app', filter.apps)
  conditions.anyOf('state', filter.states)
  if (!filter.states && !filter.ids) conditions.add(`state <> 'DELETED'`)
  if (filter.missedSince !== undefined) {
    const since = fixed.value(filter.missedSince)
    fixed.add(`id in (select schedule_id from ${schema}.schedule_fires where outcome = 'MISSED' and last_at >= ${since}::int8)`)
  }
  if (filter.agents) {
    const agents = conditions.value(filter.agents.filter(isStorable))
    conditions.add(`(agent = any(${agents}::text[]) or agent_id = any(${agents}::text[]))`)
  }
  if (page.after !== null) fixed.add(`made_sequence < ${fixed.value(placeOf('schedules', page.after))}::int8`)
  const columns = `${scheduleColumns}, ${logIdColumn(schema)}`
  const source = { columns, table: `${schema}.schedules`, large: ['details'], place: 'made_sequence', direction: 'desc' } as const
  return readListed<Row & ListedRow, ScheduleView>(pool, source, asked, page, past, {
    list: 'schedules',
    place: (row) => Number(row.made_sequence),
    read: (row) => ({ node: scheduleViewOfRow(row, row.log_id) }),
  })
}
