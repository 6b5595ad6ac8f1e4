import { z } from 'zod'
import { defineCommand } from './command.ts'

/** Changes the password of the caller, who shows the one that holds; all other sessions end. */
export const changePassword = defineCommand({
  name: 'changePassword',
  subject: 'user',
  request: { oldPassword: z.string().max(4_096), newPassword: z.string().max(4_096) },
  // Everybody may: it is about its sender, and the handler wants a session of his.
  permission: null,
  about: () => [],
})
