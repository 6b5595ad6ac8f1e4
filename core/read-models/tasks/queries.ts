import type pg from 'pg'
import { isStorable } from '../../foundation/text.ts'
import { resolveAgents } from '../agents/resolve.ts'
import { logPartOf, recordedBetween } from '../event-log/log-times.ts'
import type { Conditions } from '../paging/conditions.ts'
import { placeOf } from '../paging/cursor.ts'
import { logIdColumn, type WithLogId } from '../paging/log-id.ts'
import { checkPage, type ListedRow, type Page, type PageRequest, readable } from '../paging/page.ts'
import { listConditions, type PastMoment, readListed } from '../paging/past.ts'
import { addVisibleTasks, type Visible, visibleTasks } from '../visible.ts'
import { endStateOf, type TaskRow, taskColumns, taskViewOfRow } from './task-row.ts'
import type { TaskStateName, TaskView } from './task-view.ts'

/** A list matches any of its values. All fields that are set must match; a field that is not set matches every task. */
export interface TaskFilter {
  readonly ids?: readonly string[]
  /** Agent ids or ips. */
  readonly agents?: readonly string[]
  readonly apps?: readonly string[]
  readonly states?: readonly TaskStateName[]
  readonly kinds?: readonly string[]
  /** ms since the epoch, inclusive. */
  readonly requestedFrom?: number
  /** ms since the epoch, exclusive. */
  readonly requestedTo?: number
  readonly correlationId?: string
  /** Ids of queues. */
  readonly queues?: readonly string[]
  /** True: those that wait for somebody's approval; false: the others. */
  readonly needsApproval?: boolean
  /** True: those that are late now; false: the others. */
  readonly isLate?: boolean
  /** Only what somebody may see; absent: all. */
  readonly visible?: Visible
}

type Row = TaskRow & WithLogId

export async function readTask(pool: pg.Pool, schema: string, id: string): Promise<TaskView | null> {
  if (!isStorable(id)) return null
  const text = `select ${taskColumns}, ${logIdColumn(schema)} from ${schema}.tasks where id = $1`
  const { rows } = await pool.query<Row>({ name: `${schema}.task`, text, values: [id] })
  const [row] = rows
  return row ? readable('tasks', id, () => taskViewOfRow(row, row.log_id)) : null
}

/** Returns a page of tasks, newest request first; with a moment, those that {@link readListed} returns of it. */
export async function readTasks(
  pool: pg.Pool,
  schema: string,
  filter: TaskFilter,
  page: PageRequest,
  past: PastMoment | null = null,
): Promise<Page<TaskView>> {
  checkPage(page)
  const asked = listConditions()
  const conditions = asked.fixed
  conditions.anyOf('id', filter.ids)
  const agents = await resolveAgents(pool, schema, filter.agents)
  conditions.anyOfHashed('agent_id', agents)
  conditions.anyOf('app', filter.apps)
  anyState(asked.changing, filter.states)
  conditions.anyOf('kind', filter.kinds)
  conditions.anyOfHashed('correlation_id', filter.correlationId === undefined ? undefined : [filter.correlationId])
  conditions.anyOf('queue_id', filter.queues)
  if (filter.needsApproval !== undefined) asked.changing.add(filter.needsApproval ? isToApprove : `not (${isToApprove})`)
  if (filter.isLate !== undefined) asked.changing.add(lateAt(conditions.value(Date.now()), filter.isLate))
  if (filter.visible) addVisibleTasks(conditions, schema, await visibleTasks(pool, schema, filter.visible))
  // Of the past, the index of ends does not tell what a task's state was.
  const ofStates = past === null ? filter.states : undefined
  const byStretch = [agents, filter.apps, filter.kinds, ofStates].some((wanted) => wanted?.length === 1) && !isOpenOnly(filter.states)
  const range = { from: filter.requestedFrom, to: filter.requestedTo }
  recordedBetween(conditions, await logPartOf(pool, schema, range), range, { places: ['requested_sequence'], ms: 'requested_at', byStretch })
  if (page.after !== null) conditions.place('requested_sequence', '<', placeOf('tasks', page.after), byStretch)
  const source = {
    columns: `${taskColumns}, ${logIdColumn(schema)}`,
    table: `${schema}.tasks`,
    large: ['request', 'progress'],
    place: 'requested_sequence',
    direction: 'desc',
    byStretch,
  } as const
  return readListed<Row & ListedRow, TaskView>(pool, source, asked, page, past, {
    list: 'tasks',
    place: (row) => Number(row.requested_sequence),
    read: (row) => ({ node: taskViewOfRow(row, row.log_id) }),
  })
}

/** As the index has it. */
const isToApprove = `end_state is null and progress like '%"approval":{"state":"PENDING"%'`

/**
 * As `isLateTask` says it, by the texts that `task-row` writes: what people write is escaped in them. Few tasks are open, and of those only
 * what can be late is looked into.
 */
function lateAt(now: string, isLate: boolean): string {
  const startedAt = `requested_at + substring(progress from '"times":\\[[^,]*,[^,]*,([0-9]+)')::int8`
  const timeoutMs = `substring(request from '"timeoutMs":([0-9]+)')::int8`
  const startBefore = `substring(progress from '"startBefore":([0-9]+)')::int8`
  const late = `case when end_state is not null then false
    when state = 'RUNNING' then coalesce(${startedAt} + ${timeoutMs} < ${now}::int8, false)
    when state in ('REQUESTED', 'WAITING') then coalesce(${startBefore} < ${now}::int8, false)
    else false end`
  return isLate ? `end_state is null and ${late}` : `not (${late})`
}

/** Filters by state, by what the indexes of ended and of open tasks have. */
function anyState(conditions: Conditions, states: readonly TaskStateName[] | undefined): void {
  if (states === undefined) return
  const ended = endedAs(states) ?? []
  if (ended.length === states.length) {
    conditions.anyOf('end_state', ended)
    return
  }
  const open = states.filter((state) => endStateOf(state) === null)
  const isOpen = `end_state is null and state = any(${conditions.value(open)}::text[])`
  conditions.add(ended.length === 0 ? isOpen : `(end_state = any(${conditions.value(ended)}::text[]) or (${isOpen}))`)
}

/** Returns the states that are ends. */
function endedAs(states: readonly TaskStateName[] | undefined): readonly TaskStateName[] | undefined {
  return states?.filter((state) => endStateOf(state) !== null)
}

function isOpenOnly(states: readonly TaskStateName[] | undefined): boolean {
  return states?.every((state) => endStateOf(state) === null) ?? false
}
