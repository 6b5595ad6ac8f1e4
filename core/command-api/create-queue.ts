import { z } from 'zod'
import { defineCommand, optionalText, type RequestOf, withDefault } from './command.ts'
import { queueTask } from './queue-task.ts'

/**
 * Makes a queue, with tasks and committed where asked: if a task can not be added, there is no queue. The same key is the same queue. The
 * answer has the events of the queue that are not about single tasks, and the streams of the tasks.
 */
export const createQueue = defineCommand({
  name: 'createQueue',
  subject: 'queue',
  request: {
    name: optionalText,
    app: optionalText,
    tasks: withDefault(z.array(queueTask).readonly(), []),
    commit: withDefault(z.boolean(), false),
  },
  permission: 'RUN',
  about: ({ app, tasks }) => [{ app }, ...tasks.map((task) => ({ app: task.app ?? app, func: task.func, agent: task.agent }))],
  secrets: ({ app, tasks }) => tasks.map((task) => ({ app: task.app ?? app ?? '', param: task.param })),
})

export type CreateQueueRequest = RequestOf<typeof createQueue>
