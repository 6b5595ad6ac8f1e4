import { defineCommand } from './command.ts'
import { aboutLimit, limitedFields } from './limit-fields.ts'

/** Takes a limit away. */
export const removeLimit = defineCommand({
  name: 'removeLimit',
  subject: 'limit',
  request: limitedFields,
  permission: 'MANAGE_ACCESS',
  about: aboutLimit,
})
