import { z } from 'zod'
import { aboutApp } from './about.ts'
import { defineCommand } from './command.ts'

/** Takes a ban back: agents get the version that was released before. */
export const unbanApp = defineCommand({
  name: 'unbanApp',
  subject: 'app',
  request: { app: z.string() },
  permission: 'MANAGE_APPS',
  about: ({ app }) => aboutApp(app),
})
