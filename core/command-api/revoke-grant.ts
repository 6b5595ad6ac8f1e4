import { z } from 'zod'
import { defineCommand, optionalText, type RequestOf } from './command.ts'

/** Revokes a grant, by its id: at once, also for what is open. To do so again changes nothing. */
export const revokeGrant = defineCommand({
  name: 'revokeGrant',
  subject: 'grant',
  request: { grant: z.string(), reason: optionalText },
  permission: 'MANAGE_ACCESS',
  about: () => [],
})

export type RevokeGrantRequest = RequestOf<typeof revokeGrant>
