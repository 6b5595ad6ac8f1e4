import { z } from 'zod'
import { defineCommand } from './command.ts'

/** Deletes a role: who has it has nothing by it any more. To do so again changes nothing. */
export const deleteRole = defineCommand({
  name: 'deleteRole',
  subject: 'role',
  request: { name: z.string() },
  permission: 'MANAGE_ACCESS',
  about: () => [],
})
