import { z } from 'zod'
import { aboutApp } from './about.ts'
import { defineCommand, optionalText } from './command.ts'

/** Withdraws a version: agents that have it go back to the one that was released before. */
export const withdrawAppVersion = defineCommand({
  name: 'withdrawAppVersion',
  subject: 'app',
  request: { app: z.string(), version: z.string(), reason: optionalText },
  permission: 'MANAGE_APPS',
  about: ({ app }) => aboutApp(app),
})
