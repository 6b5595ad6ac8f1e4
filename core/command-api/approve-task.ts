import { z } from 'zod'
import { defineCommand, optionalText } from './command.ts'

/** Approves a task that a guard keeps: it goes on. The answer has the whole stream of the task. */
export const approveTask = defineCommand({
  name: 'approveTask',
  subject: 'task',
  request: { task: z.string(), reason: optionalText },
  permission: 'APPROVE',
  about: ({ task }) => [{ task }],
})
