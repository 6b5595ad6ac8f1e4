import { queueStream } from '@elves/core/domain/queue/queue.ts'
import type { Page } from '@elves/core/read-models/paging/page.ts'
import { queuesReadModel } from '@elves/core/read-models/queues/index.ts'
import type { TaskCount } from '@elves/core/read-models/queues/queries.ts'
import type { TaskFilter } from '@elves/core/read-models/tasks/queries.ts'
import type { TaskView } from '@elves/core/read-models/tasks/task-view.ts'
import type { QueueResolvers, TaskResolvers } from '../generated/graphql.ts'
import { filterOf, pageRequest } from '../graphql/arguments.ts'
import { mapPage } from '../graphql/connections.ts'
import type { StreamPages } from '../read-side/stream-events.ts'
import { taskMatches } from '../tasks/filter.ts'
import { historyUpTo } from '../tasks/history.ts'
import { countsAsOf, tasksAsOf } from './past-queue.ts'
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
    const { readModels } = context.services
    await context.reached(position, asOf === undefined ? ['tasks'] : ['tasks', 'event-log'])
    const wanted = filterOf(args.filter)
    // What a task of the past was like is not in the table, so it is looked at after the page was read.
    const filter = { ...(asOf === undefined && wanted), queues: [id] }
    const page = await context.page(info, pageRequest(args, 50), (request) => readModels.tasks(filter, request))
    return mapPage(asOf === undefined ? page : await pageAsOf(readModels, page, wanted, asOf), (view) => ({ view, events: null }))
  },
  history: async ({ id, version, position }, args, context, info) => {
    const { readPosition, readModels } = context.services
    // Each projector has its own checkpoint, so this waits until the event log has the last event that is shown.
    await readPosition.reached(position, ['event-log'])
    const page = await context.page(info, pageRequest(args, 100), (bounded) => readModels.streamEvents(queueStream(id), bounded))
    return historyUpTo(version, page)
  },
} satisfies QueueResolvers

/** Returns the tasks of a page as they were, without those that did not match then. */
async function pageAsOf(pages: StreamPages, page: Page<TaskView>, filter: TaskFilter, asOf: number): Promise<Page<TaskView>> {
  const ids = page.edges.map(({ node }) => node.id)
  const were = new Map((await tasksAsOf(pages, ids, asOf)).filter(taskMatches(filter)).map((view) => [view.id, view]))
  const edges = page.edges.flatMap(({ cursor, node }) => {
    const view = were.get(node.id)
    return view ? [{ cursor, node: view }] : []
  })
  return { ...page, edges }
}

export const taskQueueResolvers = {
  queue: async ({ view }, _args, context) => {
    if (view.queueId === null) return null
    await context.settled(['queues'])
    return queueById(context, view.queueId)
  },
} satisfies TaskResolvers
