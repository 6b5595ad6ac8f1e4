import { queueAggregate, queueStream } from '@elves/core/domain/queue/queue.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { PastMoment } from '@elves/core/read-models/paging/past.ts'
import { queuesReadModel } from '@elves/core/read-models/queues/index.ts'
import type { QueueFilter, TaskCount } from '@elves/core/read-models/queues/queries.ts'
import { evolveQueueView, type QueueView } from '@elves/core/read-models/queues/queue-view.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import type { TaskStateName, TaskView } from '@elves/core/read-models/tasks/task-view.ts'
import { eachOf } from '../read-side/each-of.ts'
import type { PastList } from '../read-side/past-page.ts'
import { viewAsOf } from '../read-side/past-view.ts'
import { type StreamPages, streamEventsAsOf } from '../read-side/stream-events.ts'
import { taskAsOf } from '../tasks/past-task.ts'
import { queueMatches } from './changes.ts'

/** Each of its tasks is folded from its own events. */
const mostCounted = 1_000

/** Returns the queue as it was at an instant; null where it was not made yet. */
export function queueAsOf(pages: StreamPages, id: string, asOf: number): Promise<QueueView | null> {
  return viewAsOf(pages, { aggregate: queueAggregate, stream: queueStream(id) }, asOf, evolveQueueView)
}

/** The list of queues as it was. */
export function pastQueues(readModels: ReadModels, filter: QueueFilter, moment: PastMoment): PastList<QueueView> {
  return {
    moment,
    read: (request) => readModels.of(queuesReadModel).list(filter, request, moment),
    changedAt: ({ position }) => position,
    asItWas: ({ id }) => queueAsOf(readModels, id, moment.asOf),
    matches: queueMatches(filter),
  }
}

/** Counts the tasks that were part of the queue at an instant by the state that they had. Throws QUERY_TOO_COMPLEX. */
export async function countsAsOf(pages: StreamPages, queueId: string, asOf: number): Promise<readonly TaskCount[]> {
  const taskIds: string[] = []
  for await (const { event } of streamEventsAsOf(pages, queueStream(queueId), asOf)) {
    if (event.type === 'QueueTasksAdded') taskIds.push(...event.data.tasks.map(({ taskId }) => taskId))
    if (taskIds.length > mostCounted) {
      throw new ElvesError('QUERY_TOO_COMPLEX', `the counts of a queue of the past are told of at most ${mostCounted} tasks`)
    }
  }
  const states = (await tasksAsOf(pages, taskIds, asOf)).map(({ state }) => state)
  return [...Map.groupBy(states, (state) => state)].map(([state, all]: [TaskStateName, readonly unknown[]]) => ({ state, count: all.length }))
}

/** Returns the tasks as they were at an instant, in the order of the ids, without those that were not requested yet. */
async function tasksAsOf(pages: StreamPages, taskIds: readonly string[], asOf: number): Promise<readonly TaskView[]> {
  return (await eachOf(taskIds, (id) => taskAsOf(pages, id, asOf))).filter((view) => view !== null)
}
