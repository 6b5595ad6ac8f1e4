import { z } from 'zod'
import { aboutApp } from './about.ts'
import { defineCommand, optionalText } from './command.ts'

/** Changes what people read of an app; what is left out stays. */
export const updateApp = defineCommand({
  name: 'updateApp',
  subject: 'app',
  request: { app: z.string(), displayName: optionalText, description: optionalText },
  permission: 'MANAGE_APPS',
  about: ({ app }) => aboutApp(app),
})
