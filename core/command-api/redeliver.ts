import { z } from 'zod'
import { defineCommand } from './command.ts'

/** Has a delivery made again, or at once if it still waits. The answer has the stream of its webhook. */
export const redeliver = defineCommand({
  name: 'redeliver',
  subject: 'webhook',
  request: { delivery: z.string() },
  permission: 'MANAGE_APPS',
  about: ({ delivery }) => [{ webhook: delivery.split('-')[0] ?? '' }],
})
