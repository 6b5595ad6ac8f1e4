import { queuesReadModel } from '@elves/core/read-models/queues/index.ts'
import type { QueryResolvers } from '../generated/graphql.ts'
import { filterOf, pageRequest } from '../graphql/arguments.ts'
import { queueAsOf } from './past-queue.ts'

export const queueQueries = {
  queue: async (_root, { id, asOf, notBefore }, context) => {
    const { readModels } = context.services
    const isPast = asOf !== null && asOf !== undefined
    await context.reached(notBefore, [isPast ? 'event-log' : 'queues'])
    const found = await (isPast ? queueAsOf(readModels, id, asOf) : readModels.of(queuesReadModel).byId(id))
    if (found) context.takeValue(found)
    return found && isPast ? { ...found, asOf } : found
  },
  queues: async (_root, args, context, info) => {
    await context.reached(args.notBefore, ['queues'])
    const { list } = context.services.readModels.of(queuesReadModel)
    return context.page(info, pageRequest(args, 50), (request) => list(filterOf(args.filter), request))
  },
} satisfies QueryResolvers
