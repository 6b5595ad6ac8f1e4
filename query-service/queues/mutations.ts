import { addQueueTasks } from '@elves/core/command-api/add-queue-tasks.ts'
import type { AnyCommand, CommandAnswer } from '@elves/core/command-api/command.ts'
import { commitQueue } from '@elves/core/command-api/commit-queue.ts'
import { createQueue } from '@elves/core/command-api/create-queue.ts'
import { stopQueue } from '@elves/core/command-api/stop-queue.ts'
import { queueAggregate } from '@elves/core/domain/queue/queue.ts'
import type { TaskEvent } from '@elves/core/domain/task/events.ts'
import { taskAggregate } from '@elves/core/domain/task/task.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { evolveQueueView, type QueueView } from '@elves/core/read-models/queues/queue-view.ts'
import { foldTaskView } from '@elves/core/read-models/tasks/task-view.ts'
import type { MutationResolvers, QueueTaskInput } from '../generated/graphql.ts'
import { JsonText, jsonOf } from '../graphql/json-text/json-text.ts'

type Answer = CommandAnswer<'queue'>

export const queueMutations = {
  createQueue: async (_root, { input }, { caller, services }) => {
    return withTasks(await services.commands.call(createQueue, caller, { ...input, tasks: input.tasks?.map(taskRequest) }))
  },
  addQueueTasks: async (_root, { input }, { caller, services }) => {
    return withTasks(await services.commands.call(addQueueTasks, caller, { ...input, tasks: input.tasks.map(taskRequest) }))
  },
  commitQueue: async (_root, { input }, { caller, services }) => payload(await services.commands.call(commitQueue, caller, input)),
  stopQueue: async (_root, { input }, { caller, services }) => payload(await services.commands.call(stopQueue, caller, input)),
} satisfies MutationResolvers

export const commandsOfQueues: readonly AnyCommand[] = [createQueue, addQueueTasks, commitQueue, stopQueue]

/** The queue as the events of the answer tell it: the read model may not have them yet. */
function payload({ events, position, refusal }: Answer) {
  let queue: QueueView | null = null
  for (const event of events) if (queueAggregate.isEvent(event)) queue = evolveQueueView(queue, event)
  return { queue, position, refusal }
}

function withTasks(answer: Answer) {
  if (answer.refusal) return { ...payload(answer), tasks: null }
  return { ...payload(answer), tasks: tasksOf(answer.events) }
}

/** The tasks whose streams are in an answer, in its order. */
export function tasksOf(events: readonly RecordedEvent[]) {
  const own = events.filter((event): event is RecordedEvent<TaskEvent> => taskAggregate.isEvent(event))
  return [...Map.groupBy(own, ({ stream }) => stream).values()].flatMap((stream) => {
    const view = foldTaskView(stream)
    return view ? [{ view, events: stream }] : []
  })
}

function taskRequest(input: QueueTaskInput) {
  const { param } = input
  const text = param === null || param === undefined ? null : param instanceof JsonText ? param.text : jsonOf(param)
  return { ...input, param: text }
}
