import { z } from 'zod'
import { defineCommand, optionalText, type RequestOf, withDefault } from './command.ts'

/** Stops a queue: what waits is skipped, what runs is cancelled where asked. The answer has what that of `commitQueue` has. */
export const stopQueue = defineCommand({
  name: 'stopQueue',
  subject: 'queue',
  request: { queue: z.string(), cancelRunning: withDefault(z.boolean(), false), reason: optionalText },
  permission: 'CANCEL',
  about: ({ queue }) => [{ queue }],
})

export type StopQueueRequest = RequestOf<typeof stopQueue>
