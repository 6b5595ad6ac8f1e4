import type { MisfirePolicy, OverlapPolicy } from '@elves/schemas/generated/types.ts'
import { z } from 'zod'
import { scheduleLimits } from '../domain/schedule/settings.ts'
import { taskLimits } from '../domain/task/limits.ts'
import { optionalText, withDefault } from './command.ts'
import { optionalRetry, taskFields } from './run-task.ts'

/** ms since the epoch. */
const optionalInstant = z
  .number()
  .nullish()
  .transform((at) => at ?? null)

// The decision checks the values, so that what is wrong is a refusal.
const misfire = z.string() as unknown as z.ZodType<MisfirePolicy>
const overlap = z.string() as unknown as z.ZodType<OverlapPolicy>

/** The settings of a new schedule. */
export const newScheduleFields = {
  name: optionalText,
  /** Rule of Quartz. */
  rule: z.string(),
  /** IANA time zone. */
  timeZone: z.string(),
  startsAt: optionalInstant,
  endsAt: optionalInstant,
  misfire: withDefault(misfire, 'FIRE_ONCE'),
  misfireGraceMs: withDefault(z.number(), scheduleLimits.defaultMisfireGraceMs),
  overlap: withDefault(overlap, 'ALLOW'),
  ...taskFields(z.string(), taskLimits.defaultStartWithinMs),
}

/** The same settings, each of which may stay as it is: where it is absent, and where null is no value of it. */
export const changedScheduleFields = {
  name: z.string().nullable().optional(),
  rule: z.string().nullish(),
  timeZone: z.string().nullish(),
  startsAt: z.number().nullable().optional(),
  endsAt: z.number().nullable().optional(),
  misfire: misfire.nullish(),
  misfireGraceMs: z.number().nullish(),
  overlap: overlap.nullish(),
  agent: z.string().nullish(),
  app: z.string().nullish(),
  func: z.string().nullish(),
  param: z.string().nullable().optional(),
  proxy: z.string().nullable().optional(),
  processor: z.boolean().nullish(),
  timeoutMs: z.number().nullish(),
  startWithinMs: z.number().nullish(),
  retry: optionalRetry.optional(),
}
