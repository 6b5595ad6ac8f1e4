import { z } from 'zod'
import { defineCommand, optionalText } from './command.ts'

/** Gives a user another password, which must be changed first of all; all sessions end. One that the platform makes is the answer's `secret`. */
export const resetPassword = defineCommand({
  name: 'resetPassword',
  subject: 'user',
  request: { user: z.string(), password: optionalText },
  permission: 'MANAGE_ACCESS',
  about: () => [],
})
