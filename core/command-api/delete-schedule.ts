import { z } from 'zod'
import { defineCommand } from './command.ts'

/** Deletes a schedule; to do so again changes nothing. The answer has its whole stream. */
export const deleteSchedule = defineCommand({
  name: 'deleteSchedule',
  subject: 'schedule',
  request: { schedule: z.string() },
  permission: 'SCHEDULE',
  about: ({ schedule }) => [{ schedule }],
})
