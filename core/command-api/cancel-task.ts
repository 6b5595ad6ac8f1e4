import { z } from 'zod'
import { defineCommand, optionalText, type RequestOf } from './command.ts'

/**
 * Cancels a task: at once where it has not been dispatched, else by telling its agent. It is answered with the whole stream of
 * the task. The same key is the same cancel, answered with the task also where it has ended meanwhile.
 */
export const cancelTask = defineCommand({ name: 'cancelTask', subject: 'task', request: { id: z.string(), reason: optionalText } })

export type CancelTaskRequest = RequestOf<typeof cancelTask>
