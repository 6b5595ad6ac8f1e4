import { webhookStream } from '@elves/core/domain/webhook/webhook.ts'
import { parsePosition } from '@elves/core/eventing/position.ts'
import { webhooksReadModel } from '@elves/core/read-models/webhooks/index.ts'
import type { WebhookResolvers } from '../generated/graphql.ts'
import { filterOf, pageRequest } from '../graphql/arguments.ts'
import type { RequestContext } from '../graphql/context.ts'
import { historyUpTo } from '../tasks/history.ts'

export const webhookResolvers = {
  name: ({ settings }) => settings.name,
  url: ({ settings }) => settings.url,
  filter: ({ settings }) => settings.filter as never,
  position: async ({ id }, _args, context) => (await progressOf(context, id))?.position ?? null,
  lag: async ({ id }, _args, context) => {
    const progress = await progressOf(context, id)
    if (!progress) return null
    const head = await context.services.commands.head()
    return Math.max(0, parsePosition(head).sequence - parsePosition(progress.position).sequence)
  },
  openDeliveries: async ({ id }, _args, context) => (await progressOf(context, id))?.open ?? 0,
  deliveries: async ({ id }, args, context, info) => {
    const { deliveries } = context.services.readModels.of(webhooksReadModel)
    return context.page(info, pageRequest(args, 50), (request) => deliveries(id, filterOf(args.filter), request))
  },
  history: async ({ id, version, changedAt }, args, context, info) => {
    const { readPosition, readModels } = context.services
    // Each projector has its own checkpoint, so this waits until the event log has the last event that is shown.
    await readPosition.reached(changedAt, ['event-log'])
    const page = await context.page(info, pageRequest(args, 100), (bounded) => readModels.streamEvents(webhookStream(id), bounded))
    return historyUpTo(version, page)
  },
} satisfies WebhookResolvers

/** One read for all the fields of a webhook that need it. */
function progressOf(context: RequestContext, id: string) {
  const { progress } = context.services.readModels.of(webhooksReadModel)
  return context
    .loader(
      'webhook-progress',
      async (ids: readonly string[]) => new Map(await Promise.all(ids.map(async (one) => [one, await progress(one)] as const))),
    )
    .load(id)
}
