import { z } from 'zod'
import { defineCommand, withDefault } from './command.ts'

/** Creates an app; to do so again with the same texts changes nothing. The answer has all events of the app, as those of the other commands of apps. */
export const createApp = defineCommand({
  name: 'createApp',
  subject: 'app',
  request: { name: z.string(), displayName: withDefault(z.string(), ''), description: withDefault(z.string(), '') },
  permission: 'MANAGE_APPS',
  about: ({ name: app }) => [{ app }],
})
