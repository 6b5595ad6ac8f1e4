import { queuesReadModel } from '@elves/core/read-models/queues/index.ts'
import type { QueryResolvers } from '../generated/graphql.ts'
import { filterOf, pageRequest } from '../graphql/arguments.ts'
import { jsonBytes } from '../read-side/sizes.ts'

export const queueQueries = {
  queue: async (_root, { id, notBefore }, context) => {
    await context.reached(notBefore, ['queues'])
    const found = await context.services.readModels.of(queuesReadModel).byId(id)
    if (found) context.take(jsonBytes(found))
    return found
  },
  queues: async (_root, args, context, info) => {
    await context.reached(args.notBefore, ['queues'])
    const { list } = context.services.readModels.of(queuesReadModel)
    return context.page(info, pageRequest(args, 50), (request) => list(filterOf(args.filter), request))
  },
} satisfies QueryResolvers
