import { z } from 'zod'
import { defineCommand, type RequestOf, withDefault } from './command.ts'
import { newScheduleFields } from './schedule-fields.ts'

/** Makes a schedule. The same key is the same schedule. The answer has its whole stream. */
export const createSchedule = defineCommand({
  name: 'createSchedule',
  subject: 'schedule',
  request: { ...newScheduleFields, paused: withDefault(z.boolean(), false) },
  permission: 'SCHEDULE',
  about: ({ app, func, agent }) => [{ app, func, agent }],
  secrets: ({ app, param }) => [{ app, param }],
})

export type CreateScheduleRequest = RequestOf<typeof createSchedule>
