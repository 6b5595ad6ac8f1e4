import { z } from 'zod'
import { aboutAll } from './about.ts'
import { defineCommand, optionalText } from './command.ts'

/** Has read models made anew from the log, beside the live ones; an empty list is all of them. The answer has the events of the rebuild. */
export const rebuildReadModels = defineCommand({
  name: 'rebuildReadModels',
  subject: 'rebuild',
  request: { readModels: z.array(z.string()).max(100).readonly(), reason: optionalText },
  permission: 'MANAGE_AGENTS',
  about: () => aboutAll,
})
