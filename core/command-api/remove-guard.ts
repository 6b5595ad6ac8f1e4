import { z } from 'zod'
import { defineCommand } from './command.ts'
import { aboutGuard } from './limit-fields.ts'

/** Takes a guard away. What waits for an approval goes on waiting. */
export const removeGuard = defineCommand({
  name: 'removeGuard',
  subject: 'guard',
  request: { app: z.string(), name: z.string() },
  permission: 'MANAGE_ACCESS',
  about: aboutGuard,
})
