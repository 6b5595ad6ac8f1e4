import { z } from 'zod'
import { defineCommand, type RequestOf } from './command.ts'
import { scopeOfWebhook, webhookFilter } from './webhook-fields.ts'

/** Changes settings of a webhook; what is absent stays as it is. The answer has its whole stream. */
export const updateWebhook = defineCommand({
  name: 'updateWebhook',
  subject: 'webhook',
  request: {
    webhook: z.string(),
    name: z.string().nullable().optional(),
    url: z.string().nullish(),
    filter: webhookFilter.optional(),
    secret: z.string().nullish(),
  },
  permission: 'MANAGE_APPS',
  about: ({ webhook, filter }) => [{ webhook }, ...(filter ? [{ over: scopeOfWebhook(filter) }] : [])],
})

export type UpdateWebhookRequest = RequestOf<typeof updateWebhook>
