import type pg from 'pg'
import { webhookAggregate } from '../../domain/webhook/webhook.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import { detailTable } from '../detail-rows.ts'
import { foldRows } from '../folded-rows.ts'
import { webhookDetails, webhookViewOfRow } from './webhook-row.ts'
import { evolveWebhookView, type WebhookView } from './webhook-view.ts'

const table = detailTable('webhooks', webhookDetails)

export async function projectWebhooks(client: pg.ClientBase, schema: string, events: readonly RecordedEvent[]): Promise<void> {
  const own = events.filter((event) => webhookAggregate.isEvent(event))
  await foldRows(client, schema, own, {
    ...table,
    viewOf: webhookViewOfRow,
    idsOf: ({ stream }) => [webhookAggregate.idOf(stream) ?? ''],
    evolve: (view: WebhookView | null, _id, recorded) => evolveWebhookView(view, recorded),
  })
}
