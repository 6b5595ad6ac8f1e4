import type { RetriedEnd, RetryPolicy } from '@elves/schemas/generated/types.ts'
import { z } from 'zod'
import { taskLimits } from '../domain/task/limits.ts'
import { defaultRetry } from '../domain/task/options.ts'
import { optionalText, withDefault } from './command.ts'

/** A retry that a client may leave out. The decision checks its values, so that what is wrong is a refusal. */
export const optionalRetry = z
  .strictObject({
    attempts: z.number(),
    delayMs: withDefault(z.number(), defaultRetry.delayMs),
    factor: withDefault(z.number(), defaultRetry.factor),
    maxDelayMs: withDefault(z.number(), defaultRetry.maxDelayMs),
    on: withDefault(z.array(z.string()).readonly(), defaultRetry.on),
  })
  .nullish()
  .transform((given): RetryPolicy | null => (given ? { ...given, on: given.on as readonly RetriedEnd[] } : null))

/** The fields of a request that say what a task does, whatever asks for it. */
export function taskFields<App extends z.ZodType>(app: App, defaultStartWithinMs: number) {
  return {
    /** The id or the ip of the agent. */
    agent: z.string(),
    app,
    func: z.string(),
    /** JSON text, byte for byte as it came; null for none. */
    param: optionalText,
    proxy: optionalText,
    processor: withDefault(z.boolean(), false),
    /** Run timeout in ms; 0 means no timeout. */
    timeoutMs: withDefault(z.number(), taskLimits.defaultTimeoutMs),
    /** How long it may wait for its agent. */
    startWithinMs: withDefault(z.number(), defaultStartWithinMs),
    retry: optionalRetry,
  }
}
