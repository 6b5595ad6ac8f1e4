import { z } from 'zod'
import { defineCommand, type RequestOf } from './command.ts'
import { changedScheduleFields } from './schedule-fields.ts'

/** Changes settings of a schedule; what is absent stays as it is. The answer has its whole stream. */
export const updateSchedule = defineCommand({
  name: 'updateSchedule',
  subject: 'schedule',
  request: { schedule: z.string(), ...changedScheduleFields },
  permission: 'SCHEDULE',
  about: ({ schedule, app, func, agent }) => [{ schedule }, { schedule, changed: { app, func, agent } }],
  secrets: ({ schedule, app, param }) => [{ schedule, app, param }],
})

export type UpdateScheduleRequest = RequestOf<typeof updateSchedule>
