import { z } from 'zod'
import { defineCommand, optionalText } from './command.ts'

/** Changes what a user is called, or which roles the user has; what is left out stays. */
export const updateUser = defineCommand({
  name: 'updateUser',
  subject: 'user',
  request: {
    user: z.string(),
    displayName: optionalText,
    roles: z
      .array(z.string())
      .readonly()
      .nullish()
      .transform((roles) => roles ?? null),
  },
  permission: 'MANAGE_ACCESS',
  about: () => [],
})
