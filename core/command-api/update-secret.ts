import { z } from 'zod'
import { defineCommand } from './command.ts'

/** Changes which apps may use a secret, also for what is still to be sent. The answer has its whole stream. */
export const updateSecret = defineCommand({
  name: 'updateSecret',
  subject: 'secret',
  request: { name: z.string(), apps: z.array(z.string()).readonly() },
  permission: 'MANAGE_SECRETS',
  about: ({ name: secret }) => [{ secret }],
})
