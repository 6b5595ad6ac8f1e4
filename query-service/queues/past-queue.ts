import { queueAggregate, queueStream } from '@elves/core/domain/queue/queue.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { TaskCount } from '@elves/core/read-models/queues/queries.ts'
import { evolveQueueView, type QueueView } from '@elves/core/read-models/queues/queue-view.ts'
import type { TaskStateName, TaskView } from '@elves/core/read-models/tasks/task-view.ts'
import { type StreamPages, streamEventsAsOf } from '../read-side/stream-events.ts'
import { taskAsOf } from '../tasks/past-task.ts'

/** Each of its tasks is folded from its own events. */
const mostCounted = 1_000
const readAtOnce = 8

/** Returns the queue as it was at an instant; null where it was not made yet. */
export async function queueAsOf(pages: StreamPages, queueId: string, asOf: number): Promise<QueueView | null> {
  let view: QueueView | null = null
  for await (const event of streamEventsAsOf(pages, queueStream(queueId), asOf)) {
    if (queueAggregate.isEvent(event)) view = evolveQueueView(view, event)
  }
  return view
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
export async function tasksAsOf(pages: StreamPages, taskIds: readonly string[], asOf: number): Promise<readonly TaskView[]> {
  const views: (TaskView | null)[] = []
  let next = 0
  const work = async () => {
    for (let index = next++; index < taskIds.length; index = next++) views[index] = await taskAsOf(pages, taskIds[index] ?? '', asOf)
  }
  await Promise.all(Array.from({ length: readAtOnce }, work))
  return views.filter((view) => view !== null)
}
