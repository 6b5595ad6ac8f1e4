import { z } from 'zod'
import { defineCommand, optionalText, type RequestOf, withDefault } from './command.ts'
import { scopeOfWebhook, webhookFilter } from './webhook-fields.ts'

/** Makes a webhook. The same key is the same webhook. The answer has its whole stream, and its secret. */
export const createWebhook = defineCommand({
  name: 'createWebhook',
  subject: 'webhook',
  request: {
    name: optionalText,
    url: z.string(),
    filter: webhookFilter,
    /** `whsec_<base64>`; null: one is made. */
    secret: optionalText,
    /** It begins after this position; null: now. */
    after: optionalText,
    paused: withDefault(z.boolean(), false),
  },
  permission: 'MANAGE_APPS',
  about: ({ filter }) => [{ over: scopeOfWebhook(filter) }],
})

export type CreateWebhookRequest = RequestOf<typeof createWebhook>
