import { z } from 'zod'
import { aboutAll } from './about.ts'
import { defineCommand, type RequestOf, withDefault } from './command.ts'

/** Labels that somebody gives agents. */
export const givenLabels = z.record(z.string(), z.string())

/**
 * Makes a token with which agents enrol. The same key is the same token. The answer has the event that made it, and the
 * token itself as `secret`.
 */
export const createJoinToken = defineCommand({
  name: 'createJoinToken',
  subject: 'joinToken',
  request: {
    name: z.string(),
    /** ms since the epoch; null: it does not expire. */
    expiresAt: z
      .number()
      .int()
      .nullish()
      .transform((at) => at ?? null),
    /** So many agents may enrol with it; null: any number. */
    maxUses: z
      .number()
      .int()
      .nullish()
      .transform((count) => count ?? null),
    labels: withDefault(givenLabels, {}),
    /** False: each agent waits for `approveAgent`. */
    approve: withDefault(z.boolean(), true),
  },
  permission: 'MANAGE_AGENTS',
  about: () => aboutAll,
})

export type CreateJoinTokenRequest = RequestOf<typeof createJoinToken>
