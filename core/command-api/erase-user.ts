import { z } from 'zod'
import { defineCommand, optionalText } from './command.ts'

/** Takes everything from a user for ever, and deletes the key without which nobody can read who it was. To do so again changes nothing. */
export const eraseUser = defineCommand({
  name: 'eraseUser',
  subject: 'user',
  request: { user: z.string(), reason: optionalText },
  permission: 'MANAGE_ACCESS',
  about: () => [],
})
