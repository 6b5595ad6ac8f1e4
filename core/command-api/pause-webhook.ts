import { z } from 'zod'
import { defineCommand } from './command.ts'

/** Pauses a webhook: it delivers nothing until it is resumed. To do so again changes nothing. The answer has its whole stream. */
export const pauseWebhook = defineCommand({
  name: 'pauseWebhook',
  subject: 'webhook',
  request: { webhook: z.string() },
  permission: 'MANAGE_APPS',
  about: ({ webhook }) => [{ webhook }],
})
