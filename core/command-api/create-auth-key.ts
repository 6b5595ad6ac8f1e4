import { z } from 'zod'
import { aboutAll } from './about.ts'
import { defineCommand, optionalText, type RequestOf } from './command.ts'

/** Makes a key with which scripts sign requests of REST v2. The same key is the same auth key. The answer has its whole stream, and the secret. */
export const createAuthKey = defineCommand({
  name: 'createAuthKey',
  subject: 'authKey',
  request: { name: z.string(), app: optionalText },
  permission: 'MANAGE_ACCESS',
  about: () => aboutAll,
})

export type CreateAuthKeyRequest = RequestOf<typeof createAuthKey>
