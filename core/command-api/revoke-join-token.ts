import { z } from 'zod'
import { aboutAll } from './about.ts'
import { defineCommand, optionalText } from './command.ts'

/** Revokes a join token, by its id: nobody enrols with it any more; its agents stay. The answer has its first
 * event, and that of the revocation where it was revoked just now. */
export const revokeJoinToken = defineCommand({
  name: 'revokeJoinToken',
  subject: 'joinToken',
  request: { joinToken: z.string(), reason: optionalText },
  permission: 'MANAGE_AGENTS',
  about: () => aboutAll,
})
