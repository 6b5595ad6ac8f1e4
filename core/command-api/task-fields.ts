import { z } from 'zod'
import { taskLimits } from '../domain/task/limits.ts'
import { optionalText, withDefault } from './command.ts'
import { optionalRetry } from './retry.ts'

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
