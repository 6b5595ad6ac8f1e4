import type { WebhookSettings } from '@elves/core/domain/webhook/settings.ts'
import { type WebhookEvent, webhookAggregate } from '@elves/core/domain/webhook/webhook.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { parsePosition } from '@elves/core/eventing/position.ts'
import type pg from 'pg'
import type { FedBeside } from '../open-attempts/open-attempts-table.ts'

/** How the log changes the tables of the sender. They are fed together with the open attempts: one reader of the log serves all. */
export function webhooksFeed(schema: string): FedBeside {
  return {
    wants: (event) => webhookAggregate.isEvent(event),
    async apply(client, events) {
      for (const event of events) if (webhookAggregate.isEvent(event)) await applyOne(client, schema, event)
    },
  }
}

async function applyOne(client: pg.ClientBase, schema: string, recorded: RecordedEvent<WebhookEvent>): Promise<void> {
  const { event, stream, version, position } = recorded
  const id = webhookAggregate.idOf(stream) ?? ''
  const change = (set: string, ...values: unknown[]) =>
    client.query(`update ${schema}.webhooks set version = $2${set} where id = $1 and version < $2`, [id, version, ...values])
  switch (event.type) {
    case 'WebhookCreated': {
      const { after, isPaused, idempotencyKey: _key, requestHash: _hash, ...settings } = event.data
      // A position of another log is that of a backup's: in the restored log, the webhook begins anew.
      const begins = after !== null && parsePosition(after).logId === parsePosition(position).logId ? after : position
      const text = `insert into ${schema}.webhooks (id, version, phase, settings, position) values ($1, $2, $3, $4, $5) on conflict do nothing`
      await client.query(text, [id, version, isPaused ? 'PAUSED' : 'ACTIVE', settingsText(settings), begins])
      return
    }
    case 'WebhookChanged': {
      const { isRestarted, idempotencyKey: _key, ...settings } = event.data
      await change(', settings = $3, position = case when $4 then $5 else position end', settingsText(settings), isRestarted, position)
      return
    }
    case 'WebhookPaused':
      await change(`, phase = 'PAUSED'`)
      return
    case 'WebhookResumed':
      await change(`, phase = 'ACTIVE'`)
      return
    case 'WebhookFailing':
      await change(', is_failing = true')
      return
    case 'WebhookRecovered':
      await change(', is_failing = false')
      return
    case 'WebhookDeliveryFailed':
      await change('')
      return
    case 'WebhookRedeliveryRequested':
      await redeliver(client, schema, id, event.data.deliveryId)
      await change('')
      return
    case 'WebhookDeleted':
      await client.query(`delete from ${schema}.webhooks where id = $1`, [id])
      await client.query(`delete from ${schema}.webhook_secrets where webhook_id = $1`, [id])
      await client.query(
        `update ${schema}.webhook_deliveries set state = 'FAILED', next_attempt_at = null, ended_at = $2 where webhook_id = $1 and state in ('PENDING', 'RETRYING')`,
        [id, recorded.recordedAt],
      )
  }
}

/** One that has ended begins anew, one that is open is due at once. A sender that is just trying it records over this what came of it. */
async function redeliver(client: pg.ClientBase, schema: string, webhookId: string, deliveryId: string): Promise<void> {
  await client.query(
    `update ${schema}.webhook_deliveries set
       is_redelivery = is_redelivery or state in ('DELIVERED', 'FAILED'),
       first_attempt_at = case when state in ('DELIVERED', 'FAILED') then null else first_attempt_at end,
       state = case when state in ('DELIVERED', 'FAILED') then 'PENDING' else state end,
       next_attempt_at = case when state = 'RETRYING' then 0 else null end, ended_at = null, is_told = true
     where webhook_id = $1 and id = $2`,
    [webhookId, deliveryId],
  )
}

function settingsText({ name, url, filter, secretId }: WebhookSettings): string {
  return JSON.stringify({ name, url, filter, secretId })
}
