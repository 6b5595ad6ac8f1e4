import { z } from 'zod'
import { aboutApp } from './about.ts'
import { defineCommand, optionalText } from './command.ts'

/** Bans an app: its tasks are refused, its rollout stops, agents remove it. */
export const banApp = defineCommand({
  name: 'banApp',
  subject: 'app',
  request: { app: z.string(), reason: optionalText },
  permission: 'MANAGE_APPS',
  about: ({ app }) => aboutApp(app),
})
