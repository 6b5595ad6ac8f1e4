import { queuesReadModel } from '@elves/core/read-models/queues/index.ts'
import type { TaskCount } from '@elves/core/read-models/queues/queries.ts'
import type { QueueResolvers, TaskResolvers } from '../generated/graphql.ts'
import { filterOf, pageRequest } from '../graphql/arguments.ts'
import { mapPage } from '../graphql/connections.ts'
import { queueById } from './queue-by-id.ts'

export const queueResolvers = {
  counts: async ({ id, position }, _args, context) => {
    await context.reached(position, ['tasks'])
    const loader = context.loader<readonly TaskCount[]>('queue-counts', (ids) => context.services.readModels.of(queuesReadModel).taskCounts(ids))
    return (await loader.load(id)) ?? []
  },
  tasks: async ({ id, position }, args, context, info) => {
    await context.reached(position, ['tasks'])
    const filter = { ...filterOf(args.filter), queues: [id] }
    const page = await context.page(info, pageRequest(args, 50), (request) => context.services.readModels.tasks(filter, request))
    return mapPage(page, (view) => ({ view, events: null }))
  },
} satisfies QueueResolvers

export const taskQueueResolvers = {
  queue: async ({ view }, _args, context) => {
    if (view.queueId === null) return null
    await context.settled(['queues'])
    return queueById(context, view.queueId)
  },
} satisfies TaskResolvers
