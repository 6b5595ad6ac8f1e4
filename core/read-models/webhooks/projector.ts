import type pg from 'pg'
import { webhookAggregate } from '../../domain/webhook/webhook.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import { parsePosition } from '../../eventing/position.ts'
import { type FoldedRow, foldRows } from '../folded-rows.ts'
import { column } from '../tables/columns.ts'
import { type WebhookRow, webhookColumns, webhookDetails, webhookViewOfRow } from './webhook-row.ts'
import { evolveWebhookView, type WebhookView } from './webhook-view.ts'

export async function projectWebhooks(client: pg.ClientBase, schema: string, events: readonly RecordedEvent[]): Promise<void> {
  const own = events.filter((event) => webhookAggregate.isEvent(event))
  await foldRows(client, schema, own, {
    name: 'webhooks',
    columns: webhookColumns,
    viewOf: webhookViewOfRow,
    firstSequenceOf: (row: WebhookRow) => row.made_sequence,
    idsOf: ({ stream }) => [webhookAggregate.idOf(stream) ?? ''],
    evolve: (view: WebhookView | null, _id, recorded) => evolveWebhookView(view, recorded),
    write,
  })
}

function write(client: pg.ClientBase, schema: string, rows: readonly FoldedRow<WebhookView>[]): Promise<unknown> {
  const text = `insert into ${schema}.webhooks (id, made_sequence, sequence, state, details)
    select * from unnest($1::text[], $2::int8[], $3::int8[], $4::text[], $5::text[])
    on conflict (id) do update set sequence = excluded.sequence, state = excluded.state, details = excluded.details`
  return client.query(text, [
    column('text', rows, ({ view }) => view.id),
    column('int8', rows, ({ firstSequence }) => firstSequence),
    column('int8', rows, ({ view }) => parsePosition(view.changedAt).sequence),
    column('text', rows, ({ view }) => view.state),
    column('text', rows, ({ view }) => webhookDetails(view)),
  ])
}
