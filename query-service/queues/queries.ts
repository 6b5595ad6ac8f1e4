import { queuesReadModel } from '@elves/core/read-models/queues/index.ts'
import type { QueryResolvers } from '../generated/graphql.ts'
import { filterOf } from '../graphql/arguments.ts'
import { listAsOf, withAsOf } from '../graphql/list-as-of.ts'
import { pastQueues, queueAsOf } from './past-queue.ts'

export const queueQueries = {
  queue: async (_root, { id, asOf, notBefore }, context) => {
    const { readModels } = context.services
    const isPast = asOf !== null && asOf !== undefined
    await context.reached(notBefore, [isPast ? 'event-log' : 'queues'])
    const found = await (isPast ? queueAsOf(readModels, id, asOf) : readModels.of(queuesReadModel).byId(id))
    // What one may see of the past goes by what is there now.
    if (isPast && context.visible !== null && !(await readModels.of(queuesReadModel).byId(id))) return null
    if (found) context.takeValue(found)
    return found && isPast ? { ...found, asOf } : found
  },
  queues: async (_root, args, context, info) => {
    await context.reached(args.notBefore, ['queues'])
    const { readModels } = context.services
    const filter = filterOf(args.filter)
    const page = await listAsOf(context, info, args, {
      name: 'queues',
      now: (request) => readModels.of(queuesReadModel).list(filter, request),
      past: (moment) => pastQueues(readModels, filter, moment),
    })
    return withAsOf(page, args.asOf)
  },
} satisfies QueryResolvers
