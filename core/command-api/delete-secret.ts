import { z } from 'zod'
import { defineCommand, optionalText } from './command.ts'

/** Deletes a secret and its value; tasks that refer to it and were not sent yet fail. The answer has its whole stream. */
export const deleteSecret = defineCommand({
  name: 'deleteSecret',
  subject: 'secret',
  request: { name: z.string(), reason: optionalText },
  permission: 'MANAGE_SECRETS',
  about: ({ name: secret }) => [{ secret }],
})
