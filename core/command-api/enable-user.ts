import { z } from 'zod'
import { defineCommand } from './command.ts'

/** Lets a user who was disabled sign in again. To do so again changes nothing. */
export const enableUser = defineCommand({
  name: 'enableUser',
  subject: 'user',
  request: { user: z.string() },
  permission: 'MANAGE_ACCESS',
  about: () => [],
})
