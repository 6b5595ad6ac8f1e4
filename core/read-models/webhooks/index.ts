import { webhookAggregate } from '../../domain/webhook/webhook.ts'
import { readModel } from '../read-model.ts'
import { readDeliveries, readDelivery, readWebhookProgress } from './deliveries.ts'
import { projectWebhooks } from './projector.ts'
import { readWebhook, readWebhooks } from './queries.ts'
import { webhookStates } from './webhook-view.ts'

/** The list of webhooks, one row each. Its queries also read how far the sender has got. */
export const webhooksReadModel = readModel({
  name: 'webhooks',
  tables: [{ name: 'webhooks', key: 'id' }],
  reads: [webhookAggregate],
  lists: ['webhooks', 'deliveries'],
  states: webhookStates,
  apply: projectWebhooks,
  queries: { byId: readWebhook, list: readWebhooks, deliveries: readDeliveries, delivery: readDelivery, progress: readWebhookProgress },
})
