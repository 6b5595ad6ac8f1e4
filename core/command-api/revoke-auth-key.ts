import { z } from 'zod'
import { aboutAll } from './about.ts'
import { defineCommand, optionalText } from './command.ts'

/** Revokes an auth key, by its id: its signatures are refused for good. To do so again changes nothing. */
export const revokeAuthKey = defineCommand({
  name: 'revokeAuthKey',
  subject: 'authKey',
  request: { id: z.string(), reason: optionalText },
  permission: 'MANAGE_ACCESS',
  about: () => aboutAll,
})
