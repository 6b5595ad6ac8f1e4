import { z } from 'zod'
import { defineCommand } from './command.ts'

/** Resumes a webhook: it goes on where it was, and tries at once what is open. To do so again changes nothing. The answer has its whole stream. */
export const resumeWebhook = defineCommand({
  name: 'resumeWebhook',
  subject: 'webhook',
  request: { webhook: z.string() },
  permission: 'MANAGE_APPS',
  about: ({ webhook }) => [{ webhook }],
})
