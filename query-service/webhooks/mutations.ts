import type { AnyCommand, CommandAnswer } from '@elves/core/command-api/command.ts'
import { createWebhook } from '@elves/core/command-api/create-webhook.ts'
import { deleteWebhook } from '@elves/core/command-api/delete-webhook.ts'
import { pauseWebhook } from '@elves/core/command-api/pause-webhook.ts'
import { redeliver } from '@elves/core/command-api/redeliver.ts'
import { resumeWebhook } from '@elves/core/command-api/resume-webhook.ts'
import { updateWebhook } from '@elves/core/command-api/update-webhook.ts'
import { webhookAggregate } from '@elves/core/domain/webhook/webhook.ts'
import { webhooksReadModel } from '@elves/core/read-models/webhooks/index.ts'
import { evolveWebhookView, type WebhookView } from '@elves/core/read-models/webhooks/webhook-view.ts'
import type { MutationResolvers } from '../generated/graphql.ts'

type Answer = CommandAnswer<'webhook'>

export const webhookMutations = {
  createWebhook: async (_root, { input }, { caller, services }) => {
    const answer = await services.commands.call(createWebhook, caller, input)
    return { ...payload(answer), secret: answer.refusal ? null : (answer.secret ?? null) }
  },
  updateWebhook: async (_root, { input }, { caller, services }) => payload(await services.commands.call(updateWebhook, caller, input)),
  pauseWebhook: async (_root, { input }, { caller, services }) => payload(await services.commands.call(pauseWebhook, caller, input)),
  resumeWebhook: async (_root, { input }, { caller, services }) => payload(await services.commands.call(resumeWebhook, caller, input)),
  deleteWebhook: async (_root, { input }, { caller, services }) => payload(await services.commands.call(deleteWebhook, caller, input)),
  redeliver: async (_root, { input }, { caller, services }) => {
    const answer = payload(await services.commands.call(redeliver, caller, input))
    const delivery = answer.refusal ? null : await services.readModels.of(webhooksReadModel).delivery(input.delivery)
    return { ...answer, delivery }
  },
} satisfies MutationResolvers

export const commandsOfWebhooks: readonly AnyCommand[] = [createWebhook, updateWebhook, pauseWebhook, resumeWebhook, deleteWebhook, redeliver]

/** The webhook as the events of the answer tell it: the read model may not have them yet. */
function payload({ events, position, refusal }: Answer) {
  let webhook: WebhookView | null = null
  for (const event of events) if (webhookAggregate.isEvent(event)) webhook = evolveWebhookView(webhook, event)
  return { webhook, position, refusal }
}
