import { z } from 'zod'
import { aboutAll } from './about.ts'
import { defineCommand, optionalText } from './command.ts'

/** Says of a dead letter that nobody needs to look at it any more. Its event stays parked. */
export const setAsideDeadLetter = defineCommand({
  name: 'setAsideDeadLetter',
  subject: 'deadLetter',
  request: { deadLetter: z.string(), reason: optionalText },
  permission: 'MANAGE_AGENTS',
  about: () => aboutAll,
})
