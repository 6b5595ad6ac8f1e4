import type { ScheduleInstantsNotFired, TaskRequested } from '@elves/schemas/generated/types.ts'
import type pg from 'pg'
import { scheduleAggregate } from '../../domain/schedule/schedule.ts'
import { taskAggregate } from '../../domain/task/task.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import { parsePosition } from '../../eventing/position.ts'
import { column } from '../tables/columns.ts'

interface FireRow {
  readonly id: string
  readonly scheduleId: string
  readonly firstAt: number
  readonly lastAt: number
  readonly outcome: string
  readonly reason: string | null
  readonly taskId: string | null
  readonly rule: string | null
  readonly timeZone: string | null
  readonly sequence: number
}

/** A row for each task of a schedule, and one for each range of instants that did not fire. Rows are written once. */
export async function writeFires(client: pg.ClientBase, schema: string, events: readonly RecordedEvent[]): Promise<void> {
  const rows = events.flatMap(rowOf)
  if (rows.length === 0) return
  const text = `insert into ${schema}.schedule_fires (id, schedule_id, first_at, last_at, outcome, reason, task_id, rule, time_zone, sequence)
    select * from unnest($1::text[], $2::text[], $3::int8[], $4::int8[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::int8[])
    on conflict (id) do nothing`
  await client.query(text, [
    column('text', rows, ({ id }) => id),
    column('text', rows, ({ scheduleId }) => scheduleId),
    column('int8', rows, ({ firstAt }) => firstAt),
    column('int8', rows, ({ lastAt }) => lastAt),
    column('text', rows, ({ outcome }) => outcome),
    column('text', rows, ({ reason }) => reason),
    column('text', rows, ({ taskId }) => taskId),
    column('text', rows, ({ rule }) => rule),
    column('text', rows, ({ timeZone }) => timeZone),
    column('int8', rows, ({ sequence }) => sequence),
  ])
}

function rowOf(recorded: RecordedEvent): FireRow[] {
  const { event } = recorded
  if (event.type === 'TaskRequested') return event.data.scheduleId === null ? [] : [firedRow(recorded, event.data, event.data.scheduleId)]
  return event.type === 'ScheduleInstantsNotFired' ? [notFiredRow(recorded, event.data)] : []
}

function firedRow({ stream, position, recordedAt }: RecordedEvent, { fireAt }: TaskRequested, scheduleId: string): FireRow {
  const taskId = taskAggregate.idOf(stream) ?? ''
  // Somebody asked for it: its instant is when that was.
  const at = fireAt ?? recordedAt
  const plain = { reason: null, rule: null, timeZone: null, sequence: parsePosition(position).sequence }
  return { id: taskId, scheduleId, firstAt: at, lastAt: at, outcome: 'FIRED', taskId, ...plain }
}

function notFiredRow({ stream, version, position }: RecordedEvent, range: ScheduleInstantsNotFired): FireRow {
  const { rule, timeZone, from, before, outcome, reason } = range
  const scheduleId = scheduleAggregate.idOf(stream) ?? ''
  const { sequence } = parsePosition(position)
  return { id: `${stream}/${version}`, scheduleId, firstAt: from, lastAt: before - 1, outcome, reason, taskId: null, rule, timeZone, sequence }
}
