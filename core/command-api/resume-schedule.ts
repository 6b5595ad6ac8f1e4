import { z } from 'zod'
import { defineCommand } from './command.ts'

/** Resumes a schedule; to do so again changes nothing. The answer has its whole stream. */
export const resumeSchedule = defineCommand({
  name: 'resumeSchedule',
  subject: 'schedule',
  request: { schedule: z.string() },
  permission: 'SCHEDULE',
  about: ({ schedule }) => [{ schedule }],
  secrets: ({ schedule }) => [{ schedule }],
})
