import { z } from 'zod'
import { defineCommand, type RequestOf } from './command.ts'
import { queueTask } from './queue-task.ts'

/** Adds tasks to a queue, all or none; the same key adds them once. The answer has what that of `createQueue` has. */
export const addQueueTasks = defineCommand({
  name: 'addQueueTasks',
  subject: 'queue',
  request: { queue: z.string(), tasks: z.array(queueTask).readonly() },
  permission: 'RUN',
  about: ({ queue, tasks }) => [{ queue, added: tasks.map(({ app, func, agent }) => ({ app, func, agent })) }],
  secrets: ({ queue, tasks }) => tasks.map(({ app, param }) => ({ queue, app, param })),
})

export type AddQueueTasksRequest = RequestOf<typeof addQueueTasks>
