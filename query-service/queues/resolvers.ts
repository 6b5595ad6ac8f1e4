import { queueStream } from '@elves/core/domain/queue/queue.ts'
import { queuesReadModel } from '@elves/core/read-models/queues/index.ts'
import type { TaskCount } from '@elves/core/read-models/queues/queries.ts'
import type { QueueResolvers, TaskResolvers } from '../generated/graphql.ts'
import { filterOf, pageRequest } from '../graphql/arguments.ts'
import { historyUpTo, without } from '../tasks/history.ts'
import { tasksPage } from '../tasks/tasks-page.ts'
import { countsAsOf } from './past-queue.ts'
import { queueById } from './queue-by-id.ts'

export const queueResolvers = {
  counts: async ({ id, position, asOf }, _args, context) => {
    if (asOf !== undefined) {
      await context.settled(['event-log'])
      return countsAsOf(context.services.readModels, id, asOf)
    }
    await context.reached(position, ['tasks'])
    const loader = context.loader<readonly TaskCount[]>('queue-counts', (ids) => context.services.readModels.of(queuesReadModel).taskCounts(ids))
    return (await loader.load(id)) ?? []
  },
  tasks: async ({ id, position, asOf }, args, context, info) => {
    await context.reached(position, ['tasks'])
    return tasksPage(context, info, { ...args, asOf }, { ...filterOf(args.filter), queues: [id] })
  },
  history: async ({ id, version, position }, args, context, info) => {
    const { readPosition, readModels } = context.services
    // Each projector has its own checkpoint, so this waits until the event log has the last event that is shown.
    await readPosition.reached(position, ['event-log'])
    const page = await context.page(info, pageRequest(args, 100), (bounded) => readModels.streamEvents(queueStream(id), bounded))
    // The ids and keys of tasks that he may not see are nothing for somebody who sees only some.
    return historyUpTo(version, context.visible === null ? page : without(page, ({ event }) => event.type === 'QueueTasksAdded'))
  },
} satisfies QueueResolvers

export const taskQueueResolvers = {
  queue: async ({ view }, _args, context) => {
    if (view.queueId === null) return null
    await context.settled(['queues'])
    return queueById(context, view.queueId)
  },
} satisfies TaskResolvers
