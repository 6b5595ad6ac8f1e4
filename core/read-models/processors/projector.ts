import type pg from 'pg'
import { type ProcessorEvent, processorAggregate } from '../../domain/processor/processor.ts'
import { type TaskEvent, taskEnds } from '../../domain/task/events.ts'
import { taskAggregate } from '../../domain/task/task.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import { parsePosition } from '../../eventing/position.ts'
import { together } from '../../eventing/postgres/database-pool.ts'
import { column } from '../tables/columns.ts'
import { type ProcessorRow, processorColumns, processorViewOfRow } from './processor-row.ts'
import { evolveProcessorView, type ProcessorView } from './processor-view.ts'

export async function projectProcessors(client: pg.ClientBase, schema: string, events: readonly RecordedEvent[]): Promise<void> {
  const moves = events.filter((recorded) => processorAggregate.isEvent(recorded))
  const ofTasks = events.filter((recorded) => taskAggregate.isEvent(recorded))
  await requested(client, schema, ofTasks)
  await together(client, [() => ended(client, schema, ofTasks), () => moved(client, schema, moves)])
}

async function requested(client: pg.ClientBase, schema: string, events: readonly RecordedEvent<TaskEvent>[]): Promise<void> {
  const tasks = new Map<string, string>()
  for (const { event, stream } of events) {
    if (event.type === 'TaskRequested' && event.data.processor) tasks.set(taskAggregate.idOf(stream) ?? '', event.data.app)
  }
  if (tasks.size === 0) return
  const text = `insert into ${schema}.processor_results (task_id, app) select * from unnest($1::text[], $2::text[]) on conflict (task_id) do nothing`
  await client.query(text, [column('text', [...tasks], ([id]) => id), column('text', [...tasks], ([, app]) => app)])
}

const ends: ReadonlySet<string> = new Set(taskEnds)

/** Most tasks are not in mode P: they have no row, so their ends change nothing. */
async function ended(client: pg.ClientBase, schema: string, events: readonly RecordedEvent<TaskEvent>[]): Promise<void> {
  const tasks = new Map<string, { first: number; last: number }>()
  for (const { event, stream, position } of events) {
    if (!ends.has(event.type)) continue
    const { sequence } = parsePosition(position)
    const known = tasks.get(stream)
    tasks.set(stream, { first: Math.min(known?.first ?? sequence, sequence), last: Math.max(known?.last ?? sequence, sequence) })
  }
  if (tasks.size === 0) return
  const rows = [...tasks]
  const text = `update ${schema}.processor_results as r
    set first_sequence = least(r.first_sequence, u.first), last_sequence = greatest(r.last_sequence, u.last)
    from unnest($1::text[], $2::int8[], $3::int8[]) as u(id, first, last) where r.task_id = u.id`
  await client.query({
    name: `${schema}.processor_results.end`,
    text,
    values: [
      column('text', rows, ([stream]) => taskAggregate.idOf(stream)),
      column('int8', rows, ([, { first }]) => first),
      column('int8', rows, ([, { last }]) => last),
    ],
  })
}

async function moved(client: pg.ClientBase, schema: string, events: readonly RecordedEvent<ProcessorEvent>[]): Promise<void> {
  const [first] = events
  if (!first) return
  const ids = [...new Set(events.map(({ stream }) => processorAggregate.idOf(stream) ?? ''))]
  const { rows } = await client.query<ProcessorRow>(`select ${processorColumns} from ${schema}.processors where id = any($1::text[])`, [ids])
  const { logId } = parsePosition(first.position)
  const views = new Map<string, ProcessorView>(rows.map((row) => [row.id, processorViewOfRow(row, logId)]))
  for (const recorded of events) {
    const id = processorAggregate.idOf(recorded.stream) ?? ''
    views.set(id, evolveProcessorView(views.get(id) ?? null, recorded))
  }
  const written = [...views.values()]
  const text = `insert into ${schema}.processors (${processorColumns})
    select * from unnest($1::text[], $2::text[], $3::text[], $4::int8[], $5::int4[], $6::int8[], $7::int8[], $8::int8[])
    on conflict (id) do update set sequence = excluded.sequence, version = excluded.version, at_sequence = excluded.at_sequence,
      moved_at = excluded.moved_at, delivered_at = excluded.delivered_at`
  await client.query(text, [
    column('text', written, ({ id }) => id),
    column('text', written, ({ app }) => app),
    column('text', written, ({ name }) => name),
    column('int8', written, ({ position }) => parsePosition(position).sequence),
    column('int4', written, ({ version }) => version),
    column('int8', written, ({ at }) => parsePosition(at).sequence),
    column('int8', written, ({ movedAt }) => movedAt),
    column('int8', written, ({ deliveredAt }) => deliveredAt),
  ])
}
