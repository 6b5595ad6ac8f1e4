import { z } from 'zod'
import { defineCommand, optionalText } from './command.ts'

/** Revokes a token for programs; null as `user`: one of the caller. To do so again changes nothing. */
export const revokeAccessToken = defineCommand({
  name: 'revokeAccessToken',
  subject: 'user',
  request: { accessToken: z.string(), user: optionalText, reason: optionalText },
  permission: 'MANAGE_ACCESS',
  about: () => [],
  isOfOneself: ({ user }, { kind, id }) => kind === 'USER' && (user === null || user === id),
})
