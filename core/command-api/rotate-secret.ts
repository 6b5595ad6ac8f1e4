import { z } from 'zod'
import { defineCommand } from './command.ts'

/** Gives a secret another value; the one before is gone. The same key is the same rotation. The answer has its whole stream. */
export const rotateSecret = defineCommand({
  name: 'rotateSecret',
  subject: 'secret',
  request: { name: z.string(), value: z.string() },
  permission: 'MANAGE_SECRETS',
  about: ({ name: secret }) => [{ secret }],
})
