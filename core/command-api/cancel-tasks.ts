import { z } from 'zod'
import { taskLimits } from '../domain/task/limits.ts'
import { defineCommand, optionalText, type RequestOf } from './command.ts'

/**
 * Cancels many tasks, each as `cancelTask` does; what has ended, or is no task, stays as it is. The answer has no
 * events: from its position on, the read models tell what became of each. Its id is the correlation id of the request.
 */
export const cancelTasks = defineCommand({
  name: 'cancelTasks',
  subject: 'cancel',
  request: { ids: z.array(z.string()).max(taskLimits.cancelledAtOnce).readonly(), reason: optionalText },
  permission: 'CANCEL',
  about: ({ ids }) => ids.map((task) => ({ task })),
})

export type CancelTasksRequest = RequestOf<typeof cancelTasks>
