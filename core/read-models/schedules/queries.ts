import type pg from 'pg'
import { isStorable } from '../../foundation/text.ts'
import { Conditions } from '../paging/conditions.ts'
import { placeOf } from '../paging/cursor.ts'
import { logIdColumn, type WithLogId } from '../paging/log-id.ts'
import { checkPage, type ListedRow, type Page, type PageRequest, pageOf, pageQuery, readable } from '../paging/page.ts'
import { type ScheduleRow, scheduleColumns, scheduleViewOfRow } from './schedule-row.ts'
import type { ScheduleStateName, ScheduleView } from './schedule-view.ts'

/** An absent field is any. */
export interface ScheduleFilter {
  readonly ids?: readonly string[]
  /** Ids or ips. */
  readonly agents?: readonly string[]
  readonly apps?: readonly string[]
  readonly states?: readonly ScheduleStateName[]
}

type Row = ScheduleRow & WithLogId

export async function readSchedule(pool: pg.Pool, schema: string, id: string): Promise<ScheduleView | null> {
  if (!isStorable(id)) return null
  const text = `select ${scheduleColumns}, ${logIdColumn(schema)} from ${schema}.schedules where id = $1`
  const { rows } = await pool.query<Row>(text, [id])
  const [row] = rows
  return row ? readable('schedules', id, () => scheduleViewOfRow(row, row.log_id)) : null
}

/** Newest first. Deleted ones are left out unless the filter asks for their state or for ids. */
export async function readSchedules(pool: pg.Pool, schema: string, filter: ScheduleFilter, page: PageRequest): Promise<Page<ScheduleView>> {
  checkPage(page)
  const conditions = new Conditions()
  conditions.anyOf('id', filter.ids)
  conditions.anyOf('app', filter.apps)
  conditions.anyOf('state', filter.states)
  if (!filter.states && !filter.ids) conditions.add(`state <> 'DELETED'`)
  if (filter.agents) {
    const agents = conditions.value(filter.agents.filter(isStorable))
    conditions.add(`(agent = any(${agents}::text[]) or agent_id = any(${agents}::text[]))`)
  }
  if (page.after !== null) conditions.add(`made_sequence < ${conditions.value(placeOf('schedules', page.after))}::int8`)
  const columns = `${scheduleColumns}, ${logIdColumn(schema)}`
  const source = { columns, table: `${schema}.schedules`, large: ['details'], place: 'made_sequence', direction: 'desc' } as const
  const { rows } = await pool.query<Row & ListedRow>(pageQuery(source, conditions, page), conditions.values)
  return pageOf(rows, page, {
    list: 'schedules',
    place: (row) => Number(row.made_sequence),
    read: (row) => ({ node: scheduleViewOfRow(row, row.log_id) }),
  })
}
