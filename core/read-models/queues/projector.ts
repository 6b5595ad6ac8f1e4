import type pg from 'pg'
import { queueAggregate } from '../../domain/queue/queue.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import { parsePosition } from '../../eventing/position.ts'
import { type FoldedRow, foldRows } from '../folded-rows.ts'
import { column } from '../tables/columns.ts'
import { type QueueRow, queueColumns, queueDetailsOf, queueViewOfRow } from './queue-row.ts'
import { evolveQueueView, type QueueView } from './queue-view.ts'

export function projectQueues(client: pg.ClientBase, schema: string, events: readonly RecordedEvent[]): Promise<void> {
  const own = events.filter((event) => queueAggregate.isEvent(event))
  return foldRows(client, schema, own, {
    name: 'queues',
    columns: queueColumns,
    viewOf: queueViewOfRow,
    firstSequenceOf: (row: QueueRow) => row.made_sequence,
    idsOf: ({ stream }) => [queueAggregate.idOf(stream) ?? ''],
    evolve: (view: QueueView | null, _id, recorded) => evolveQueueView(view, recorded),
    write,
  })
}

function write(client: pg.ClientBase, schema: string, rows: readonly FoldedRow<QueueView>[]): Promise<unknown> {
  const text = `insert into ${schema}.queues (${queueColumns})
    select * from unnest($1::text[], $2::int8[], $3::int8[], $4::text[], $5::text[], $6::int8[], $7::text[])
    on conflict (id) do update set sequence = excluded.sequence, state = excluded.state, details = excluded.details`
  return client.query(text, [
    column('text', rows, ({ view }) => view.id),
    column('int8', rows, ({ firstSequence }) => firstSequence),
    column('int8', rows, ({ view }) => parsePosition(view.position).sequence),
    column('text', rows, ({ view }) => view.state),
    column('text', rows, ({ view }) => view.app),
    column('int8', rows, ({ view }) => view.createdAt),
    column('text', rows, ({ view }) => queueDetailsOf(view)),
  ])
}
