import { webhookAggregate } from '@elves/core/domain/webhook/webhook.ts'
import type { WebhooksFilter } from '@elves/core/read-models/webhooks/queries.ts'
import { evolveWebhookView, type WebhookView } from '@elves/core/read-models/webhooks/webhook-view.ts'
import { anyOf } from '../subscriptions/any-of.ts'
import { followed } from '../subscriptions/followed.ts'

export const webhookChanges = followed({
  name: 'webhook',
  of: [webhookAggregate],
  evolve: (view: WebhookView | null, _id, recorded) => evolveWebhookView(view, recorded),
})

/** Matches what `readWebhooks` finds by SQL; without a state in the filter also deleted ones, so that subscribers learn of it. */
export function webhookListMatches({ ids, states }: WebhooksFilter): (webhook: WebhookView) => boolean {
  const [ofIds, ofStates] = [anyOf(ids), anyOf(states)]
  return ({ id, state }) => ofIds(id) && ofStates(state)
}
