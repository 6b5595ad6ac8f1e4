import { z } from 'zod'
import { defineCommand, type RequestOf } from './command.ts'
import { scopeFields } from './scope-fields.ts'

/** Allows a user, a role or an auth key something. The same key is the same grant. The answer has its whole stream. */
export const grant = defineCommand({
  name: 'grant',
  subject: 'grant',
  request: {
    subject: z.strictObject({ kind: z.enum(['USER', 'ROLE', 'AUTH_KEY']), id: z.string() }),
    permission: z.string(),
    ...scopeFields,
    /** ms since the epoch; null: it does not expire. */
    expiresAt: z
      .number()
      .int()
      .nullish()
      .transform((at) => at ?? null),
  },
  permission: 'MANAGE_ACCESS',
  about: () => [],
})

export type GrantRequest = RequestOf<typeof grant>
