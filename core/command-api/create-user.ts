import { z } from 'zod'
import { defineCommand, optionalText, withDefault } from './command.ts'

/**
 * Makes a user. The id follows from the name, so the same user again is done already. The password must be changed first of all; one that
 * the platform makes is the answer's `secret`.
 */
export const createUser = defineCommand({
  name: 'createUser',
  subject: 'user',
  request: { name: z.string(), displayName: withDefault(z.string(), ''), roles: z.array(z.string()).readonly(), password: optionalText },
  permission: 'MANAGE_ACCESS',
  about: () => [],
})
