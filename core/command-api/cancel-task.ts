import { z } from 'zod'
import { defineCommand, optionalText, type RequestOf } from './command.ts'

/**
 * Cancels a task: at once if it has not been dispatched, otherwise by telling its agent. The answer has the whole stream of
 * the task. A repeated call with the same key is the same cancel, and gets the task as its answer even if the task has ended
 * meanwhile.
 */
export const cancelTask = defineCommand({
  name: 'cancelTask',
  subject: 'task',
  request: { id: z.string(), reason: optionalText },
  permission: 'CANCEL',
  about: ({ id: task }) => [{ task }],
})

export type CancelTaskRequest = RequestOf<typeof cancelTask>
