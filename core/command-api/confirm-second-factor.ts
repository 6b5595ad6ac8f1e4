import { z } from 'zod'
import { defineCommand } from './command.ts'
import { codeText } from './sign-in-fields.ts'

/** From now on the caller's sign-ins want a code, too. The answer has the recovery codes as `secret`, with spaces between. */
export const confirmSecondFactor = defineCommand({
  name: 'confirmSecondFactor',
  subject: 'user',
  request: { code: codeText, remoteAddress: z.string() },
  // Everybody may: it is about its sender, and the handler wants a session of his.
  permission: null,
  about: () => [],
})
