import type pg from 'pg'
import type { TaskEvent } from '../../domain/task/events.ts'
import { taskAggregate } from '../../domain/task/task.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import { parsePosition } from '../../eventing/position.ts'
import { together } from '../../eventing/postgres/database-pool.ts'
import { CounterChanges } from '../counters/counters.ts'
import { column } from '../tables/columns.ts'
import { endStateOf, progressColumns, progressJson, requestJson, type TaskRow, taskViewOfRow } from './task-row.ts'
import { evolveTaskView, type TaskView } from './task-view.ts'

/** A task that the batch touches. */
interface Touched {
  view: TaskView
  readonly requestedSequence: number
  readonly isNew: boolean
  sequence: number
}

export async function projectTasks(client: pg.ClientBase, schema: string, events: readonly RecordedEvent[]): Promise<void> {
  const taskEvents = events.filter((recorded) => taskAggregate.isEvent(recorded))
  if (taskEvents.length === 0) return
  const touched = await load(client, schema, taskEvents)
  const counters = new CounterChanges()
  const changed = new Set<Touched>()
  for (const recorded of taskEvents) {
    const task = fold(touched, recorded, counters)
    if (task) changed.add(task)
  }
  const [added, known] = [[...changed].filter(({ isNew }) => isNew), [...changed].filter(({ isNew }) => !isNew)]
  await together(client, [() => insertRows(client, schema, added), () => updateRows(client, schema, known), () => counters.write(client, schema)])
}

/** Returns the task that the event changes; null for a repeated delivery. */
function fold(touched: Map<string, Touched>, recorded: RecordedEvent<TaskEvent>, counters: CounterChanges): Touched | null {
  const id = taskAggregate.idOf(recorded.stream) ?? ''
  const task = touched.get(id)
  const view = evolveTaskView(task?.view ?? null, recorded)
  if (view === task?.view) return null
  const { sequence } = parsePosition(recorded.position)
  counters.transition('tasks', task?.view.state ?? null, view.state, sequence)
  if (!task) {
    const added = { view, requestedSequence: sequence, isNew: true, sequence }
    touched.set(id, added)
    return added
  }
  task.view = view
  task.sequence = sequence
  return task
}

/** Loads the rows that exist. A request above the last one in the table is surely new, and is not read. */
async function load(client: pg.ClientBase, schema: string, events: readonly RecordedEvent<TaskEvent>[]): Promise<Map<string, Touched>> {
  const last = await client.query<{ sequence: string }>({
    name: `${schema}.tasks.last`,
    text: `SELECT coalesce(max(requested_sequence), 0) AS sequence FROM ${schema}.tasks`,
  })
  const lastRequested = Number(last.rows[0]?.sequence)
  const added = new Set<string>()
  const known = new Set<string>()
  for (const { event, stream, position } of events) {
    const isNew = event.type === 'TaskRequested' && parsePosition(position).sequence > lastRequested
    if (isNew) added.add(stream)
    else if (!added.has(stream)) known.add(stream)
  }
  if (known.size === 0) return new Map()
  const ids = [...known].map((stream) => taskAggregate.idOf(stream))
  const text = `SELECT ${progressColumns} FROM ${schema}.tasks WHERE id = ANY($1::text[])`
  const { rows } = await client.query<TaskRow>({ name: `${schema}.tasks.load`, text, values: [column('text', ids, (id) => id)] })
  const { logId } = parsePosition(events[0]?.position ?? '')
  return new Map(rows.map((row) => [row.id, touchedOfRow(row, logId)]))
}

function touchedOfRow(row: TaskRow, logId: string): Touched {
  return { view: taskViewOfRow(row, logId), requestedSequence: Number(row.requested_sequence), isNew: false, sequence: Number(row.sequence) }
}

async function insertRows(client: pg.ClientBase, schema: string, tasks: readonly Touched[]): Promise<void> {
  if (tasks.length === 0) return
  const text = `INSERT INTO ${schema}.tasks
    (id, requested_sequence, sequence, version, state, end_state, kind, agent_id, app, requested_at, correlation_id, request, progress,
      queue_id)
    SELECT * FROM unnest($1::text[], $2::int8[], $3::int8[], $4::int4[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::int8[],
      $11::text[], $12::text[], $13::text[], $14::text[])`
  const values = [
    column('text', tasks, ({ view }) => view.id),
    column('int8', tasks, ({ requestedSequence }) => requestedSequence),
    column('int8', tasks, ({ sequence }) => sequence),
    column('int4', tasks, ({ view }) => view.version),
    column('text', tasks, ({ view }) => view.state),
    column('text', tasks, ({ view }) => endStateOf(view.state)),
    column('text', tasks, ({ view }) => view.kind),
    column('text', tasks, ({ view }) => view.agentId),
    column('text', tasks, ({ view }) => view.app),
    column('int8', tasks, ({ view }) => view.requestedAt),
    column('text', tasks, ({ view }) => view.correlationId),
    column('text', tasks, ({ view }) => requestJson(view)),
    column('text', tasks, ({ view }) => progressJson(view)),
    column('text', tasks, ({ view }) => view.queueId),
  ]
  await client.query({ name: `${schema}.tasks.insert`, text, values })
}

/** Updates all but the request, so that a large parameter is written only once. */
async function updateRows(client: pg.ClientBase, schema: string, tasks: readonly Touched[]): Promise<void> {
  if (tasks.length === 0) return
  const text = `UPDATE ${schema}.tasks AS t
    SET sequence = u.sequence, version = u.version, state = u.state, end_state = u.end_state, progress = u.progress
    FROM unnest($1::text[], $2::int8[], $3::int4[], $4::text[], $5::text[], $6::text[]) AS u(id, sequence, version, state, end_state, progress)
    WHERE t.id = u.id`
  const values = [
    column('text', tasks, ({ view }) => view.id),
    column('int8', tasks, ({ sequence }) => sequence),
    column('int4', tasks, ({ view }) => view.version),
    column('text', tasks, ({ view }) => view.state),
    column('text', tasks, ({ view }) => endStateOf(view.state)),
    column('text', tasks, ({ view }) => progressJson(view)),
  ]
  await client.query({ name: `${schema}.tasks.update`, text, values })
}
