import { z } from 'zod'
import { defineCommand, optionalText } from './command.ts'

/** Takes everything from a user, until enabled again. To do so again changes nothing. */
export const disableUser = defineCommand({
  name: 'disableUser',
  subject: 'user',
  request: { user: z.string(), reason: optionalText },
  permission: 'MANAGE_ACCESS',
  about: () => [],
})
