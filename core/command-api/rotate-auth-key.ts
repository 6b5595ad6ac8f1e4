import { z } from 'zod'
import { aboutAll } from './about.ts'
import { defineCommand, type RequestOf, withDefault } from './command.ts'

const oneDayMs = 86_400_000

/** Gives an auth key another secret; the one that it has is taken as well for `overlapMs`. The answer has its whole stream, and the new secret. */
export const rotateAuthKey = defineCommand({
  name: 'rotateAuthKey',
  subject: 'authKey',
  request: { id: z.string(), overlapMs: withDefault(z.number(), oneDayMs) },
  permission: 'MANAGE_ACCESS',
  about: () => aboutAll,
})

export type RotateAuthKeyRequest = RequestOf<typeof rotateAuthKey>
