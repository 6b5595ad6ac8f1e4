import { z } from 'zod'
import { defineCommand } from './command.ts'

/** Pauses a schedule; to do so again changes nothing. The answer has its whole stream. */
export const pauseSchedule = defineCommand({
  name: 'pauseSchedule',
  subject: 'schedule',
  request: { schedule: z.string() },
  permission: 'SCHEDULE',
  about: ({ schedule }) => [{ schedule }],
})
