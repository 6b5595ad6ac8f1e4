import { z } from 'zod'
import { defineCommand } from './command.ts'
import { aboutLimit, limitedFields } from './limit-fields.ts'

const optionalNumber = z
  .number()
  .nullish()
  .transform((most) => most ?? null)

/** Says how much somebody or something may have from now on, instead of what was said before. The answer has its whole stream. */
export const setLimit = defineCommand({
  name: 'setLimit',
  subject: 'limit',
  request: { ...limitedFields, openTasks: optionalNumber, tasksPerHour: optionalNumber, runningTasks: optionalNumber },
  permission: 'MANAGE_ACCESS',
  about: aboutLimit,
})
