import type pg from 'pg'
import { scheduleAggregate } from '../../domain/schedule/schedule.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import { parsePosition } from '../../eventing/position.ts'
import { type FoldedRow, foldRows } from '../folded-rows.ts'
import { column } from '../tables/columns.ts'
import { writeFires } from './fires-projector.ts'
import { detailsOf, type ScheduleRow, scheduleColumns, scheduleViewOfRow } from './schedule-row.ts'
import { evolveScheduleView, type ScheduleView } from './schedule-view.ts'

export async function projectSchedules(client: pg.ClientBase, schema: string, events: readonly RecordedEvent[]): Promise<void> {
  const own = events.filter((event) => scheduleAggregate.isEvent(event))
  await foldRows(client, schema, own, {
    name: 'schedules',
    columns: scheduleColumns,
    viewOf: scheduleViewOfRow,
    firstSequenceOf: (row: ScheduleRow) => row.made_sequence,
    idsOf: ({ stream }) => [scheduleAggregate.idOf(stream) ?? ''],
    evolve: (view: ScheduleView | null, _id, recorded) => evolveScheduleView(view, recorded),
    write,
  })
  await writeFires(client, schema, events)
}

function write(client: pg.ClientBase, schema: string, rows: readonly FoldedRow<ScheduleView>[]): Promise<unknown> {
  const text = `insert into ${schema}.schedules (id, made_sequence, sequence, state, agent, agent_id, app, details)
    select * from unnest($1::text[], $2::int8[], $3::int8[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
    on conflict (id) do update set sequence = excluded.sequence, state = excluded.state, agent = excluded.agent,
      agent_id = excluded.agent_id, app = excluded.app, details = excluded.details`
  return client.query(text, [
    column('text', rows, ({ view }) => view.id),
    column('int8', rows, ({ firstSequence }) => firstSequence),
    column('int8', rows, ({ view }) => parsePosition(view.position).sequence),
    column('text', rows, ({ view }) => view.state),
    column('text', rows, ({ view }) => view.settings.agent),
    column('text', rows, ({ view }) => view.settings.agentId),
    column('text', rows, ({ view }) => view.settings.app),
    column('text', rows, ({ view }) => detailsOf(view)),
  ])
}
