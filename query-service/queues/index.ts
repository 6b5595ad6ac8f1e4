import { queuesReadModel } from '@elves/core/read-models/queues/index.ts'
import type { EdgeFeature } from '../feature.ts'
import { changed } from '../graphql/changed.ts'
import { connectionResolvers } from '../graphql/connections.ts'
import { queueChanges, queueMatches } from './changes.ts'
import { commandsOfQueues, queueMutations } from './mutations.ts'
import { queueQueries } from './queries.ts'
import { queueResolvers, taskQueueResolvers } from './resolvers.ts'
import { queueAddTask, queueCommit, queueCreate, queueQuick, queueResult, queueStop } from './rest-endpoints.ts'

export const queuesFeature = {
  readModels: [queuesReadModel],
  commands: commandsOfQueues,
  changes: [queueChanges],
  resolvers: {
    Query: queueQueries,
    Mutation: queueMutations,
    Subscription: {
      queueChanged: changed(queueChanges, queueMatches, (queue, position) => ({ queue, position })),
    },
    Queue: queueResolvers,
    Task: taskQueueResolvers,
    QueueConnection: connectionResolvers,
  },
  restEndpoints: {
    '/api/v2/queue/create': queueCreate,
    '/api/v2/queue/addtask': queueAddTask,
    '/api/v2/queue/commit': queueCommit,
    '/api/v2/queue/stop': queueStop,
    '/api/v2/queue/result': queueResult,
    '/api/v2/queue/qksqueue': queueQuick,
  },
} satisfies EdgeFeature
