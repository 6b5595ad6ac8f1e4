import { z } from 'zod'
import { defineCommand, optionalText } from './command.ts'

/** Refuses to approve a task that a guard keeps: it is skipped. The answer has the whole stream of the task. */
export const refuseTask = defineCommand({
  name: 'refuseTask',
  subject: 'task',
  request: { task: z.string(), reason: optionalText },
  permission: 'APPROVE',
  about: ({ task }) => [{ task }],
})
