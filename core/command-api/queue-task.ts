import { z } from 'zod'
import { taskLimits } from '../domain/task/limits.ts'
import { optionalText, withDefault } from './command.ts'
import { optionalRetry } from './retry.ts'

/** A task of a queue, as a client asks for it. */
export const queueTask = z.strictObject({
  /** A name within the queue. */
  key: optionalText,
  /** Keys or ids of tasks of the queue that have to succeed first. */
  dependsOn: withDefault(z.array(z.string()).readonly(), []),
  /** The id or the ip of the agent. */
  agent: z.string(),
  /** Absent: the app of the queue. */
  app: optionalText,
  func: z.string(),
  /** JSON text, byte for byte as it came; null for none. */
  param: optionalText,
  proxy: optionalText,
  processor: withDefault(z.boolean(), false),
  /** Run timeout in ms; 0 means no timeout. */
  timeoutMs: withDefault(z.number(), taskLimits.defaultTimeoutMs),
  startWithinMs: withDefault(z.number(), taskLimits.defaultStartWithinMs),
  retry: optionalRetry,
})

export type QueueTaskRequest = z.output<typeof queueTask>
