import { z } from 'zod'
import { defineCommand, type RequestOf } from './command.ts'
import { clientFields, codeText } from './sign-in-fields.ts'

/** Begins a session of a user who shows a password, and a code where there is a second factor. The answer has the token of the session as `secret`. */
export const signIn = defineCommand({
  name: 'signIn',
  subject: 'user',
  request: {
    name: z.string().max(1_024),
    password: z.string().max(4_096),
    otp: codeText.nullish().transform((code) => code ?? null),
    ...clientFields,
  },
  permission: null,
  about: () => [],
})

export type SignInRequest = RequestOf<typeof signIn>
