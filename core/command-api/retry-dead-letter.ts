import { z } from 'zod'
import { aboutAll } from './about.ts'
import { defineCommand } from './command.ts'

/** Has the event of a dead letter tried once more. The answer has the events of what people did about it. */
export const retryDeadLetter = defineCommand({
  name: 'retryDeadLetter',
  subject: 'deadLetter',
  request: { deadLetter: z.string() },
  permission: 'MANAGE_AGENTS',
  about: () => aboutAll,
})
