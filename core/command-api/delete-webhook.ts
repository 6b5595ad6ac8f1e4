import { z } from 'zod'
import { defineCommand } from './command.ts'

/** Deletes a webhook, and its secret. To do so again changes nothing. The answer has its whole stream. */
export const deleteWebhook = defineCommand({
  name: 'deleteWebhook',
  subject: 'webhook',
  request: { webhook: z.string() },
  permission: 'MANAGE_APPS',
  about: ({ webhook }) => [{ webhook }],
})
