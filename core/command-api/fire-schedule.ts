import { z } from 'zod'
import { defineCommand } from './command.ts'

/** Makes a task of a schedule now, beside its rule; the same key is the same task. The answer has the streams of the schedule and of the task. */
export const fireSchedule = defineCommand({
  name: 'fireSchedule',
  subject: 'schedule',
  request: { schedule: z.string() },
  permission: 'SCHEDULE',
  about: ({ schedule }) => [{ schedule }],
  secrets: ({ schedule }) => [{ schedule }],
})
