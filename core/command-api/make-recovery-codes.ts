import { z } from 'zod'
import { defineCommand } from './command.ts'
import { codeText } from './sign-in-fields.ts'

/** Replaces the recovery codes of the caller, who shows a code. The answer has them as `secret`, with spaces between. */
export const makeRecoveryCodes = defineCommand({
  name: 'makeRecoveryCodes',
  subject: 'user',
  request: { code: codeText, remoteAddress: z.string() },
  // Everybody may: it is about its sender, and the handler wants a session of his.
  permission: null,
  about: () => [],
})
