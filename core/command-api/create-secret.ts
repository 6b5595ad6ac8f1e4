import { z } from 'zod'
import { defineCommand, withDefault } from './command.ts'

/** Makes a secret. The same key is the same secret. The answer has its whole stream, never its value. */
export const createSecret = defineCommand({
  name: 'createSecret',
  subject: 'secret',
  request: { name: z.string(), value: z.string(), apps: withDefault(z.array(z.string()).readonly(), ['*']) },
  permission: 'MANAGE_SECRETS',
  about: ({ name: secret }) => [{ secret }],
})
