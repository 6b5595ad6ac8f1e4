import type { RetriedEnd, RetryPolicy } from '@elves/schemas/generated/types.ts'
import { z } from 'zod'
import { defaultRetry } from '../domain/task/options.ts'
import { withDefault } from './command.ts'

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
