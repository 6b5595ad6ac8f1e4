import { createWebhook } from '@elves/core/command-api/create-webhook.ts'
import { deleteWebhook } from '@elves/core/command-api/delete-webhook.ts'
import { pauseWebhook } from '@elves/core/command-api/pause-webhook.ts'
import { redeliver } from '@elves/core/command-api/redeliver.ts'
import { resumeWebhook } from '@elves/core/command-api/resume-webhook.ts'
import { updateWebhook } from '@elves/core/command-api/update-webhook.ts'
import { scopeOfWebhook } from '@elves/core/command-api/webhook-fields.ts'
import { permissionsToBeTold } from '@elves/core/domain/webhook/matching.ts'
import { handles } from '../command-handlers.ts'
import { commandsOf } from '../component-features.ts'
import { webhookSecrets } from '../webhook-sender/webhook-secrets.ts'
import { webhookTables } from '../webhook-sender/webhook-tables.ts'
import { WebhookCommands } from './webhook-commands.ts'

export const webhooksWriteFeature = commandsOf('webhooks', ({ store, pool, schema, settings, aggregates, agents, attemptsTable, access }) => {
  const tables = webhookTables(pool, schema)
  const commands = new WebhookCommands({
    store,
    webhooks: aggregates,
    secrets: webhookSecrets(pool, schema, settings.serviceSecret),
    agents: agents.directory,
    refusalOf: (caller, command, filter) => access.refusalOver(caller, command, permissionsToBeTold(filter), scopeOfWebhook(filter)),
    count: () => tables.count(),
    hasDelivery: (id) => tables.hasDelivery(id),
    caughtUp: () => attemptsTable.caughtUp(10_000),
  })
  return {
    commands: [
      handles(createWebhook, (caller, request) => commands.create(caller, request)),
      handles(updateWebhook, (caller, request) => commands.update(caller, request)),
      handles(pauseWebhook, (caller, request) => commands.pause(caller, request)),
      handles(resumeWebhook, (caller, request) => commands.resume(caller, request)),
      handles(deleteWebhook, (caller, request) => commands.remove(caller, request)),
      handles(redeliver, (caller, request) => commands.redeliver(caller, request)),
    ],
  }
})
