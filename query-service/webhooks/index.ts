import { webhooksReadModel } from '@elves/core/read-models/webhooks/index.ts'
import type { EdgeFeature } from '../feature.ts'
import { filterOf } from '../graphql/arguments.ts'
import { changed } from '../graphql/changed.ts'
import { connectionResolvers } from '../graphql/connections.ts'
import { listAsOf } from '../graphql/list-as-of.ts'
import { webhookChanges, webhookListMatches } from './changes.ts'
import { commandsOfWebhooks, webhookMutations } from './mutations.ts'
import { pastWebhooks, webhookAsOf } from './past-webhook.ts'
import { webhookResolvers } from './resolvers.ts'

export const webhooksFeature = {
  readModels: [webhooksReadModel],
  commands: commandsOfWebhooks,
  changes: [webhookChanges],
  resolvers: {
    Query: {
      webhook: async (_root, { id, asOf, notBefore }, context) => {
        const { readModels } = context.services
        const isPast = typeof asOf === 'number'
        await context.reached(notBefore, [isPast ? 'event-log' : 'webhooks'])
        const found = await (isPast ? webhookAsOf(readModels, id, asOf) : readModels.of(webhooksReadModel).byId(id))
        if (found) context.takeValue(found)
        return found
      },
      webhooks: async (_root, args, context, info) => {
        await context.reached(args.notBefore, ['webhooks'])
        const { readModels } = context.services
        const filter = filterOf(args.filter)
        return listAsOf(context, info, args, {
          name: 'webhooks',
          now: (request) => readModels.of(webhooksReadModel).list(filter, request),
          past: (moment) => pastWebhooks(readModels, filter, moment),
        })
      },
    },
    Mutation: webhookMutations,
    Subscription: {
      webhookChanged: changed(webhookChanges, webhookListMatches, (webhook, position) => ({ webhook, position })),
    },
    Webhook: webhookResolvers,
    WebhookConnection: connectionResolvers,
    DeliveryConnection: connectionResolvers,
  },
} satisfies EdgeFeature
