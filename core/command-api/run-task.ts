import { z } from 'zod'
import { taskLimits } from '../domain/task/limits.ts'
import { defineCommand, optionalText, type RequestOf, withDefault } from './command.ts'

/**
 * Runs a function of an app on an agent. It is asked for many at once, each decided for itself, and is answered with the
 * whole stream of the task as of now.
 */
export const runTask = defineCommand({
  name: 'runTasks',
  subject: 'task',
  request: {
    /** Agent id, or its ip. */
    agent: z.string(),
    app: z.string(),
    func: z.string(),
    /** JSON text, byte for byte as it came; null for none. */
    param: optionalText,
    proxy: optionalText,
    processor: withDefault(z.boolean(), false),
    /** Run timeout in ms; 0 is none. */
    timeoutMs: withDefault(z.number(), taskLimits.defaultTimeoutMs),
    /** Answer when the task has ended, else when it is durably requested. */
    wait: withDefault(z.boolean(), true),
  },
})

export type RunTaskRequest = RequestOf<typeof runTask>
