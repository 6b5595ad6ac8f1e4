import type pg from 'pg'
import { queueAggregate } from '../../domain/queue/queue.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import { parsePosition } from '../../eventing/position.ts'
import { CounterChanges } from '../counters/counters.ts'
import { column } from '../tables/columns.ts'
import { type QueueRow, queueColumns, queueDetailsOf, queueViewOfRow } from './queue-row.ts'
import { evolveQueueView, type QueueView } from './queue-view.ts'

interface Touched {
  readonly view: QueueView
  readonly madeSequence: number
}

export async function projectQueues(client: pg.ClientBase, schema: string, events: readonly RecordedEvent[]): Promise<void> {
  const own = events.filter((event) => queueAggregate.isEvent(event))
  const [first] = own
  if (!first) return
  const ids = own.map(({ stream }) => queueAggregate.idOf(stream) ?? '')
  const touched = await load(client, schema, ids, parsePosition(first.position).logId)
  const counters = new CounterChanges()
  const changed = new Set<string>()
  for (const recorded of own) {
    const { sequence } = parsePosition(recorded.position)
    const before = touched.get(queueAggregate.idOf(recorded.stream) ?? '')
    const view = evolveQueueView(before?.view ?? null, recorded)
    if (view === before?.view) continue
    counters.transition('queues', before?.view.state ?? null, view.state, sequence)
    touched.set(view.id, { view, madeSequence: before?.madeSequence ?? sequence })
    changed.add(view.id)
  }
  const written = [...touched.values()].filter(({ view }) => changed.has(view.id))
  await write(client, schema, written)
  await counters.write(client, schema)
}

async function load(client: pg.ClientBase, schema: string, ids: readonly string[], logId: string): Promise<Map<string, Touched>> {
  const text = `select ${queueColumns} from ${schema}.queues where id = any($1::text[])`
  const { rows } = await client.query<QueueRow>(text, [ids])
  return new Map(rows.map((row) => [row.id, { view: queueViewOfRow(row, logId), madeSequence: Number(row.made_sequence) }]))
}

async function write(client: pg.ClientBase, schema: string, touched: readonly Touched[]): Promise<void> {
  if (touched.length === 0) return
  const text = `insert into ${schema}.queues (${queueColumns})
    select * from unnest($1::text[], $2::int8[], $3::int8[], $4::text[], $5::text[], $6::int8[], $7::text[])
    on conflict (id) do update set sequence = excluded.sequence, state = excluded.state, details = excluded.details`
  await client.query(text, [
    column('text', touched, ({ view }) => view.id),
    column('int8', touched, ({ madeSequence }) => madeSequence),
    column('int8', touched, ({ view }) => parsePosition(view.position).sequence),
    column('text', touched, ({ view }) => view.state),
    column('text', touched, ({ view }) => view.app),
    column('int8', touched, ({ view }) => view.createdAt),
    column('text', touched, ({ view }) => queueDetailsOf(view)),
  ])
}
