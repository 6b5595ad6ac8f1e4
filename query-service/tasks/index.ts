import { cancelTask } from '@elves/core/command-api/cancel-task.ts'
import { cancelTasks } from '@elves/core/command-api/cancel-tasks.ts'
import { runTask } from '@elves/core/command-api/run-task.ts'
import { tasksReadModel } from '@elves/core/read-models/tasks/index.ts'
import type { EdgeFeature } from '../feature.ts'
import { changed } from '../graphql/changed.ts'
import { connectionResolvers } from '../graphql/connections.ts'
import { taskChanges } from './changes.ts'
import { taskMatches } from './filter.ts'
import { taskMutations } from './mutations.ts'
import { taskQueries } from './queries.ts'
import { attemptResolvers, runTaskPayloadResolvers, taskResolvers, taskResultResolvers } from './resolvers.ts'
import { rtExec } from './rest-endpoints.ts'
import { tasksOfAgent } from './tasks-page.ts'

export const tasksFeature = {
  readModels: [tasksReadModel],
  commands: [runTask, cancelTask, cancelTasks],
  changes: [taskChanges],
  resolvers: {
    Query: taskQueries,
    Mutation: taskMutations,
    Subscription: {
      taskChanged: changed(taskChanges, taskMatches, (view, position) => ({ task: { view, events: null }, position })),
    },
    RunTaskPayload: runTaskPayloadResolvers,
    Task: taskResolvers,
    Agent: tasksOfAgent,
    Attempt: attemptResolvers,
    TaskResult: taskResultResolvers,
    TaskConnection: connectionResolvers,
  },
  restEndpoints: { '/api/v2/rt/exec': rtExec },
} satisfies EdgeFeature
