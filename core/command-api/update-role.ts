import { z } from 'zod'
import { defineCommand } from './command.ts'
import { changedScopeFields, permissionNames } from './scope-fields.ts'

/** Changes a role, for all who have it; what is absent stays as it is. */
export const updateRole = defineCommand({
  name: 'updateRole',
  subject: 'role',
  request: { name: z.string(), description: z.string().nullish(), permissions: permissionNames.nullish(), ...changedScopeFields },
  permission: 'MANAGE_ACCESS',
  about: () => [],
})
