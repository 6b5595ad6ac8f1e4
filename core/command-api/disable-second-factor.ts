import { z } from 'zod'
import { defineCommand, optionalText } from './command.ts'
import { codeText } from './sign-in-fields.ts'

/** Takes the second factor from a user (null: from the caller, who shows a code). */
export const disableSecondFactor = defineCommand({
  name: 'disableSecondFactor',
  subject: 'user',
  request: { user: optionalText, code: codeText.nullish().transform((code) => code ?? null), remoteAddress: z.string() },
  permission: 'MANAGE_ACCESS',
  about: () => [],
  isOfOneself: ({ user }, { kind, id }) => kind === 'USER' && (user === null || user === id),
})
