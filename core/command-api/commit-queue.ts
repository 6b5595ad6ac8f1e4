import { z } from 'zod'
import { defineCommand } from './command.ts'

/** Lets a queue run. The answer has the events of the queue that are not about single tasks. */
export const commitQueue = defineCommand({
  name: 'commitQueue',
  subject: 'queue',
  request: { queue: z.string() },
  permission: 'RUN',
  about: ({ queue }) => [{ queue }],
})
