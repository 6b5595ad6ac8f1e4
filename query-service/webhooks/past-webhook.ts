import { webhookAggregate, webhookStream } from '@elves/core/domain/webhook/webhook.ts'
import type { PastMoment } from '@elves/core/read-models/paging/past.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import { webhooksReadModel } from '@elves/core/read-models/webhooks/index.ts'
import type { WebhooksFilter } from '@elves/core/read-models/webhooks/queries.ts'
import { evolveWebhookView, type WebhookView } from '@elves/core/read-models/webhooks/webhook-view.ts'
import type { PastList } from '../read-side/past-page.ts'
import { viewAsOf } from '../read-side/past-view.ts'
import type { StreamPages } from '../read-side/stream-events.ts'
import { webhookListMatches } from './changes.ts'

/** Returns the webhook as it was at an instant; null where it was not made yet. */
export function webhookAsOf(pages: StreamPages, id: string, asOf: number): Promise<WebhookView | null> {
  const of = { aggregate: webhookAggregate, stream: webhookStream(id) }
  return viewAsOf(pages, of, asOf, evolveWebhookView)
}

/** The list of webhooks as it was. */
export function pastWebhooks(readModels: ReadModels, filter: WebhooksFilter, moment: PastMoment): PastList<WebhookView> {
  const matches = webhookListMatches(filter)
  return {
    moment,
    read: (request) => readModels.of(webhooksReadModel).list(filter, request, moment),
    changedAt: ({ changedAt }) => changedAt,
    asItWas: ({ id }) => webhookAsOf(readModels, id, moment.asOf),
    matches: (webhook) => matches(webhook) && (webhook.state !== 'DELETED' || (filter.states ?? filter.ids) !== undefined),
  }
}
