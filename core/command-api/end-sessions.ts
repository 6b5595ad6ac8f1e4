import { z } from 'zod'
import { defineCommand, optionalText } from './command.ts'

/** Ends sessions of a user (null: of the caller); null as `sessions`: all. */
export const endSessions = defineCommand({
  name: 'endSessions',
  subject: 'user',
  request: {
    user: optionalText,
    sessions: z
      .array(z.string())
      .readonly()
      .nullish()
      .transform((sessions) => sessions ?? null),
  },
  permission: 'MANAGE_ACCESS',
  about: () => [],
  isOfOneself: ({ user }, { kind, id }) => kind === 'USER' && (user === null || user === id),
})
