import { z } from 'zod'
import { defineCommand, optionalText, type RequestOf } from './command.ts'
import { clientFields } from './sign-in-fields.ts'

/**
 * Begins a session of somebody whom a sign-in proxy or an identity provider names, whom the edge has checked. Only the platform itself may ask;
 * it is no mutation. The answer has the token of the session as `secret`.
 */
export const enterUser = defineCommand({
  name: 'enterUser',
  subject: 'user',
  request: {
    method: z.enum(['PROXY', 'OIDC']),
    name: z.string().max(1_024),
    displayName: optionalText,
    /** Who it is at the provider; null: the name says it. */
    identity: z
      .strictObject({ issuer: z.string(), subject: z.string() })
      .nullish()
      .transform((identity) => identity ?? null),
    /** Null: nothing is said about them. */
    groups: z
      .array(z.string())
      .readonly()
      .nullish()
      .transform((groups) => groups ?? null),
    ...clientFields,
  },
  // The handler takes it from the platform itself only.
  permission: null,
  about: () => [],
})

export type EnterUserRequest = RequestOf<typeof enterUser>
