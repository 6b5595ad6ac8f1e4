import { z } from 'zod'
import { taskLimits } from '../domain/task/limits.ts'
import { optionalText, withDefault } from './command.ts'
import { taskFields } from './run-task.ts'

/** A task of a queue, as a client asks for it. */
export const queueTask = z.strictObject({
  /** A name within the queue. */
  key: optionalText,
  /** Keys or ids of tasks of the queue that have to succeed first. */
  dependsOn: withDefault(z.array(z.string()).readonly(), []),
  /** An app that is absent is that of the queue. */
  ...taskFields(optionalText, taskLimits.defaultStartWithinMs),
})

export type QueueTaskRequest = z.output<typeof queueTask>
