import { randomUUID } from 'node:crypto'
import { type Caller, contextOf } from '@elves/core/command-api/command.ts'
import { webhookMatches } from '@elves/core/domain/webhook/matching.ts'
import { webhookAggregate, webhookStream } from '@elves/core/domain/webhook/webhook.ts'
import type { Aggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import type { EventStore, RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { DeadLetters } from '@elves/core/eventing/handlers/dead-letters.ts'
import { deliveryOf } from '../webhook-sender/take-in.ts'
import type { SentWebhook, WebhookTables } from '../webhook-sender/webhook-tables.ts'

export interface WebhookLetterParts {
  readonly store: Pick<EventStore, 'readStream'>
  readonly letters: Pick<DeadLetters, 'replay'>
  readonly tables: Pick<WebhookTables, 'webhooks' | 'add'>
  readonly webhooks: Pick<Aggregates, 'handle'>
}

/**
 * Makes of a parked event what the sender would have made of it: a delivery for each webhook that wants it and has gone past it. Returns how
 * many. The sender hears of each by the event that asks for it. Throws as `replay` does.
 */
export async function retriedWebhookLetter(parts: WebhookLetterParts, id: number, caller: Caller): Promise<number> {
  const { letters, tables, webhooks } = parts
  let made: readonly { readonly id: string; readonly webhookId: string }[] = []
  await letters.replay(id, async (client, event) => {
    const wanting: SentWebhook[] = []
    for (const webhook of await tables.webhooks()) {
      const isWanted = event.stream !== webhookStream(webhook.id) && webhookMatches(webhook.settings.filter)(event.event)
      if (isWanted && webhook.position >= event.position && (await beganBefore(parts, webhook, event))) wanting.push(webhook)
    }
    const deliveries = wanting.map((webhook) => deliveryOf(webhook.id, event))
    await tables.add(client, deliveries)
    made = deliveries
  })
  for (const { id: deliveryId, webhookId } of made) {
    const commands = [{ type: 'RequestRedelivery', deliveryId, idempotencyKey: randomUUID() }] as const
    await webhooks.handle({ aggregate: webhookAggregate, stream: webhookStream(webhookId), commands, context: contextOf(caller) })
  }
  return made.length
}

/** A webhook that was made later does not want what came before it. */
async function beganBefore({ store }: WebhookLetterParts, { id }: SentWebhook, { position }: RecordedEvent): Promise<boolean> {
  const [created] = await store.readStream(webhookStream(id))
  if (created?.event.type !== 'WebhookCreated') return false
  return (created.event.data.after ?? created.position) < position
}
