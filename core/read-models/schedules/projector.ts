import type pg from 'pg'
import { scheduleAggregate } from '../../domain/schedule/schedule.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import { parsePosition } from '../../eventing/position.ts'
import { CounterChanges } from '../counters/counters.ts'
import { column } from '../tables/columns.ts'
import { writeFires } from './fires-projector.ts'
import { detailsOf, type ScheduleRow, scheduleColumns, scheduleViewOfRow } from './schedule-row.ts'
import { evolveScheduleView, type ScheduleView } from './schedule-view.ts'

interface Touched {
  readonly view: ScheduleView
  readonly madeSequence: number
}

export async function projectSchedules(client: pg.ClientBase, schema: string, events: readonly RecordedEvent[]): Promise<void> {
  const own = events.filter((event) => scheduleAggregate.isEvent(event))
  const [first] = own
  if (first) {
    const ids = own.map(({ stream }) => scheduleAggregate.idOf(stream) ?? '')
    const touched = await load(client, schema, ids, parsePosition(first.position).logId)
    const counters = new CounterChanges()
    const changed = new Set<string>()
    for (const recorded of own) {
      const { sequence } = parsePosition(recorded.position)
      const before = touched.get(scheduleAggregate.idOf(recorded.stream) ?? '')
      const view = evolveScheduleView(before?.view ?? null, recorded)
      if (view === before?.view) continue
      counters.transition('schedules', before?.view.state ?? null, view.state, sequence)
      touched.set(view.id, { view, madeSequence: before?.madeSequence ?? sequence })
      changed.add(view.id)
    }
    await write(
      client,
      schema,
      [...touched.values()].filter(({ view }) => changed.has(view.id)),
    )
    await counters.write(client, schema)
  }
  await writeFires(client, schema, events)
}

async function load(client: pg.ClientBase, schema: string, ids: readonly string[], logId: string): Promise<Map<string, Touched>> {
  const text = `select ${scheduleColumns} from ${schema}.schedules where id = any($1::text[])`
  const { rows } = await client.query<ScheduleRow>(text, [ids])
  return new Map(rows.map((row) => [row.id, { view: scheduleViewOfRow(row, logId), madeSequence: Number(row.made_sequence) }]))
}

async function write(client: pg.ClientBase, schema: string, touched: readonly Touched[]): Promise<void> {
  if (touched.length === 0) return
  const text = `insert into ${schema}.schedules (id, made_sequence, sequence, state, agent, agent_id, app, details)
    select * from unnest($1::text[], $2::int8[], $3::int8[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
    on conflict (id) do update set sequence = excluded.sequence, state = excluded.state, agent = excluded.agent,
      agent_id = excluded.agent_id, app = excluded.app, details = excluded.details`
  await client.query(text, [
    column('text', touched, ({ view }) => view.id),
    column('int8', touched, ({ madeSequence }) => madeSequence),
    column('int8', touched, ({ view }) => parsePosition(view.position).sequence),
    column('text', touched, ({ view }) => view.state),
    column('text', touched, ({ view }) => view.settings.agent),
    column('text', touched, ({ view }) => view.settings.agentId),
    column('text', touched, ({ view }) => view.settings.app),
    column('text', touched, ({ view }) => detailsOf(view)),
  ])
}
