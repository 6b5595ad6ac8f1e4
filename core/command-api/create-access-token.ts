import { z } from 'zod'
import { defineCommand } from './command.ts'

/** Makes a token for programs of the caller. The same key is the same token. The answer has it as `secret`. */
export const createAccessToken = defineCommand({
  name: 'createAccessToken',
  subject: 'user',
  request: {
    name: z.string(),
    /** ms since the epoch; null: it does not expire. */
    expiresAt: z
      .number()
      .int()
      .nullish()
      .transform((at) => at ?? null),
    /** Names of permissions; null: all that the user has. */
    scopes: z
      .array(z.string().max(64))
      .max(64)
      .readonly()
      .nullish()
      .transform((scopes) => scopes ?? null),
  },
  // Everybody may: it is about its sender, and the handler wants a session of his.
  permission: null,
  about: () => [],
})
