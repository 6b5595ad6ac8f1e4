import { z } from 'zod'
import { defineCommand, withDefault } from './command.ts'
import { permissionNames, scopeFields } from './scope-fields.ts'

/** Makes a role; to make the same one again changes nothing. The answer has its whole stream, as those of the other commands of roles. */
export const createRole = defineCommand({
  name: 'createRole',
  subject: 'role',
  request: { name: z.string(), description: withDefault(z.string(), ''), permissions: permissionNames, ...scopeFields },
  permission: 'MANAGE_ACCESS',
  about: () => [],
})
