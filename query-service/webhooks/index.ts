import { webhookAggregate } from '@elves/core/domain/webhook/webhook.ts'
import { webhooksReadModel } from '@elves/core/read-models/webhooks/index.ts'
import type { WebhooksFilter } from '@elves/core/read-models/webhooks/queries.ts'
import { evolveWebhookView, type WebhookView } from '@elves/core/read-models/webhooks/webhook-view.ts'
import type { EdgeFeature } from '../feature.ts'
import { filterOf, pageRequest } from '../graphql/arguments.ts'
import { changed } from '../graphql/changed.ts'
import { connectionResolvers } from '../graphql/connections.ts'
import { anyOf } from '../subscriptions/any-of.ts'
import { followed } from '../subscriptions/followed.ts'
import { commandsOfWebhooks, webhookMutations } from './mutations.ts'
import { webhookResolvers } from './resolvers.ts'

const webhookChanges = followed({
  name: 'webhook',
  of: [webhookAggregate],
  evolve: (view: WebhookView | null, _id, recorded) => evolveWebhookView(view, recorded),
})

/** Matches what `readWebhooks` finds by SQL; without a state in the filter also deleted ones, so that subscribers learn of it. */
function matches({ ids, states }: WebhooksFilter): (webhook: WebhookView) => boolean {
  const [ofIds, ofStates] = [anyOf(ids), anyOf(states)]
  return ({ id, state }) => ofIds(id) && ofStates(state)
}

export const webhooksFeature = {
  readModels: [webhooksReadModel],
  commands: commandsOfWebhooks,
  changes: [webhookChanges],
  resolvers: {
    Query: {
      webhook: async (_root, { id, notBefore }, context) => {
        await context.reached(notBefore, ['webhooks'])
        const found = await context.services.readModels.of(webhooksReadModel).byId(id)
        if (found) context.takeValue(found)
        return found
      },
      webhooks: async (_root, args, context, info) => {
        await context.reached(args.notBefore, ['webhooks'])
        const { list } = context.services.readModels.of(webhooksReadModel)
        return context.page(info, pageRequest(args, 50), (request) => list(filterOf(args.filter), request))
      },
    },
    Mutation: webhookMutations,
    Subscription: {
      webhookChanged: changed(webhookChanges, matches, (webhook, position) => ({ webhook, position })),
    },
    Webhook: webhookResolvers,
    WebhookConnection: connectionResolvers,
    DeliveryConnection: connectionResolvers,
  },
} satisfies EdgeFeature
