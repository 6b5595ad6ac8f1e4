import type pg from 'pg'
import { isStorable } from '../../foundation/text.ts'
import { logPartOf, recordedBetween } from '../event-log/log-times.ts'
import { Conditions } from '../paging/conditions.ts'
import { placeOf } from '../paging/cursor.ts'
import { logIdColumn, type WithLogId } from '../paging/log-id.ts'
import { checkPage, type ListedRow, type Page, type PageRequest, readable } from '../paging/page.ts'
import { listConditions, type PastMoment, readListed } from '../paging/past.ts'
import type { TaskStateName } from '../tasks/task-view.ts'
import { addVisibleQueues, addVisibleTasks, type Visible, visibleTasks } from '../visible.ts'
import { type QueueRow, queueColumns, queueViewOfRow } from './queue-row.ts'
import type { QueueStateName, QueueView } from './queue-view.ts'

/** An absent field is any. */
export interface QueueFilter {
  readonly ids?: readonly string[]
  readonly apps?: readonly string[]
  readonly states?: readonly QueueStateName[]
  /** ms since the epoch, inclusive. */
  readonly createdFrom?: number
  /** ms since the epoch, exclusive. */
  readonly createdTo?: number
  /** Only what somebody may see; absent: all. */
  readonly visible?: Visible
}

type Row = QueueRow & WithLogId

export async function readQueue(pool: pg.Pool, schema: string, id: string): Promise<QueueView | null> {
  if (!isStorable(id)) return null
  const text = `select ${queueColumns}, ${logIdColumn(schema)} from ${schema}.queues where id = $1`
  const { rows } = await pool.query<Row>(text, [id])
  const [row] = rows
  return row ? readable('queues', id, () => queueViewOfRow(row, row.log_id)) : null
}

/** Newest first; with a moment, those that {@link readListed} returns of it. */
export async function readQueues(
  pool: pg.Pool,
  schema: string,
  filter: QueueFilter,
  page: PageRequest,
  past: PastMoment | null = null,
): Promise<Page<QueueView>> {
  checkPage(page)
  const asked = listConditions()
  const conditions = asked.fixed
  conditions.anyOf('id', filter.ids)
  conditions.anyOf('app', filter.apps)
  asked.changing.anyOf('state', filter.states)
  if (filter.visible) addVisibleQueues(conditions, schema, await visibleTasks(pool, schema, filter.visible))
  const range = { from: filter.createdFrom, to: filter.createdTo }
  recordedBetween(conditions, await logPartOf(pool, schema, range), range, { places: ['made_sequence'], ms: 'created_at', byStretch: false })
  if (page.after !== null) conditions.add(`made_sequence < ${conditions.value(placeOf('queues', page.after))}::int8`)
  const columns = `${queueColumns}, ${logIdColumn(schema)}`
  const source = { columns, table: `${schema}.queues`, large: ['details'], place: 'made_sequence', direction: 'desc' } as const
  return readListed<Row & ListedRow, QueueView>(pool, source, asked, page, past, {
    list: 'queues',
    place: (row) => Number(row.made_sequence),
    read: (row) => ({ node: queueViewOfRow(row, row.log_id) }),
  })
}

export interface TaskCount {
  readonly state: TaskStateName
  readonly count: number
}

/** How many tasks of each of the queues are in which state, of those that somebody may see; states without a task are left out. */
export async function readTaskCounts(
  pool: pg.Pool,
  schema: string,
  queueIds: readonly string[],
  visible: Visible | null = null,
): Promise<ReadonlyMap<string, readonly TaskCount[]>> {
  const conditions = new Conditions()
  conditions.add(`queue_id = any(${conditions.value(queueIds.filter(isStorable))}::text[])`)
  if (visible) addVisibleTasks(conditions, schema, await visibleTasks(pool, schema, visible))
  const text = `select queue_id as "queueId", state, count(*)::int as count from ${schema}.tasks ${conditions.where} group by queue_id, state`
  const { rows } = await pool.query<TaskCount & { queueId: string }>(text, conditions.values)
  const byQueue = Map.groupBy(rows, ({ queueId }) => queueId)
  return new Map(queueIds.map((id) => [id, (byQueue.get(id) ?? []).map(({ state, count }) => ({ state, count }))]))
}
