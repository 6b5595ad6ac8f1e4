import type { Caller, CommandAnswer, RequestOf } from '@elves/core/command-api/command.ts'
import { type CreateWebhookRequest, createWebhook } from '@elves/core/command-api/create-webhook.ts'
import type { redeliver } from '@elves/core/command-api/redeliver.ts'
import { type UpdateWebhookRequest, updateWebhook } from '@elves/core/command-api/update-webhook.ts'
import { type Rejection, rejection } from '@elves/core/domain/decision.ts'
import { checkWebhook, keyOfSecret, type WebhookSettings, webhookLimits } from '@elves/core/domain/webhook/settings.ts'
import { unknownWebhook, type WebhookCommand, webhookAggregate, webhookStream } from '@elves/core/domain/webhook/webhook.ts'
import type { Aggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { parsePosition } from '@elves/core/eventing/position.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { hexIdForKey, isHexId, randomHexId } from '@elves/core/foundation/ids.ts'
import type { WebhookFilter } from '@elves/schemas/generated/types.ts'
import { type AgentDirectory, findAgents } from '../agents/agent-directory.ts'
import { decideAbout, refusedAs } from '../command-answers.ts'
import { newWebhookSecret, type WebhookSecrets } from '../webhook-sender/webhook-secrets.ts'

export type WebhookAnswer = CommandAnswer<'webhook'>
const refused = refusedAs('webhook')

export interface WebhookCommandsOptions {
  readonly store: EventStore
  readonly webhooks: Aggregates
  readonly secrets: WebhookSecrets
  readonly agents: AgentDirectory
  /** Returns why a sender may not be told of the events of a filter, or null. */
  refusalOf(caller: Caller, command: string, filter: WebhookFilter): Promise<Rejection | null>
  /** Returns how many webhooks there are. */
  count(): Promise<number>
  hasDelivery(id: string): Promise<boolean>
  /** Resolves when the tables of the sender have all that is in the log as of now. */
  caughtUp(): Promise<void>
}

interface Named {
  readonly webhook: string
  readonly idempotencyKey: string | null
}

/** How long after its creation the same request gets the secret of a webhook again: its answer may have been lost. */
const shownAgainMs = 600_000

/** Makes, changes and deletes webhooks. Their deliveries are the sender's. */
export class WebhookCommands {
  readonly #options: WebhookCommandsOptions

  constructor(options: WebhookCommandsOptions) {
    this.#options = options
  }

  async create(caller: Caller, { secret, paused, after, idempotencyKey, ...request }: CreateWebhookRequest): Promise<WebhookAnswer> {
    const { secrets, webhooks, store } = this.#options
    const refusedSecret = checkSecret(secret)
    if (refusedSecret) return refused(refusedSecret)
    const filter = await this.#withAgentIds(request.filter)
    if ('rejected' in filter) return refused(filter)
    const forbidden = await this.#options.refusalOf(caller, createWebhook.name, filter)
    if (forbidden) return refused(forbidden)
    const id = idempotencyKey === null ? randomHexId() : hexIdForKey(caller.actor, 'createWebhook', idempotencyKey)
    const settings: WebhookSettings = { name: request.name, url: request.url, filter, secretId: randomHexId() }
    const no = checkWebhook(settings, idempotencyKey) ?? checkAfter(after, await store.head())
    if (no) return refused(no)
    if ((await webhooks.load(webhookAggregate, webhookStream(id))).version < 0) {
      if ((await this.#options.count()) >= webhookLimits.webhooks) return refused(full)
      // Before the event: a webhook without its secret could sign nothing. What no event names is never read.
      await secrets.keep(id, settings.secretId, secret ?? newWebhookSecret())
    }
    const requestHash = idempotencyKey === null ? null : secrets.hash([settings.name, settings.url, filter, secret, paused, after])
    const answer = await this.#handle(caller, id, { type: 'CreateWebhook', settings, after, isPaused: paused, idempotencyKey, requestHash })
    return this.#withSecret(answer)
  }

  async update(caller: Caller, { webhook: id, idempotencyKey, ...given }: UpdateWebhookRequest): Promise<WebhookAnswer> {
    const { secrets, webhooks } = this.#options
    const refusedSecret = checkSecret(given.secret ?? null)
    if (refusedSecret) return refused(refusedSecret)
    if (!isHexId(id)) return refused(unknownWebhook())
    const filter = given.filter && (await this.#withAgentIds(given.filter))
    if (filter && 'rejected' in filter) return refused(filter)
    await webhooks.refresh([webhookStream(id)])
    const { settings, phase } = (await webhooks.load(webhookAggregate, webhookStream(id))).state
    // What it tells already goes to wherever its url shall be.
    for (const told of [settings?.filter, filter]) {
      const forbidden = told && (await this.#options.refusalOf(caller, updateWebhook.name, told))
      if (forbidden) return refused(forbidden)
    }
    let changes: Partial<WebhookSettings> = {
      ...(given.name !== undefined && { name: given.name }),
      ...(given.url && { url: given.url }),
      ...(filter && { filter }),
    }
    let isRestarted = false
    if (given.secret && settings && phase !== 'DELETED') {
      const known = await secrets.read(id, settings.secretId)
      isRestarted = known === null
      if (known !== given.secret) {
        const secretId = randomHexId()
        const no = checkWebhook({ ...settings, ...changes }, idempotencyKey)
        if (no) return refused(no)
        await secrets.keep(id, secretId, given.secret)
        changes = { ...changes, secretId }
      }
    }
    return this.#handle(caller, id, { type: 'ChangeWebhook', changes, isRestarted, idempotencyKey })
  }

  pause(caller: Caller, { webhook, idempotencyKey }: Named): Promise<WebhookAnswer> {
    return this.#handle(caller, webhook, { type: 'PauseWebhook', idempotencyKey })
  }

  resume(caller: Caller, { webhook, idempotencyKey }: Named): Promise<WebhookAnswer> {
    return this.#handle(caller, webhook, { type: 'ResumeWebhook', idempotencyKey })
  }

  remove(caller: Caller, { webhook, idempotencyKey }: Named): Promise<WebhookAnswer> {
    return this.#handle(caller, webhook, { type: 'DeleteWebhook', idempotencyKey })
  }

  async redeliver(caller: Caller, { delivery, idempotencyKey }: RequestOf<typeof redeliver>): Promise<WebhookAnswer> {
    const unknown = rejection('DELIVERY_UNKNOWN', 'no delivery has this id, or it is not kept any more', 'delivery')
    if (!(await this.#options.hasDelivery(delivery))) return refused(unknown)
    const [id = ''] = delivery.split('-')
    const answer = await this.#handle(caller, id, { type: 'RequestRedelivery', deliveryId: delivery, idempotencyKey })
    // So that the delivery is shown as it is now. If the table is late, the request is recorded all the same.
    await this.#options.caughtUp().catch(() => undefined)
    return answer
  }

  async #handle(caller: Caller, id: string, command: WebhookCommand): Promise<WebhookAnswer> {
    if (!isHexId(id)) return refused(unknownWebhook())
    const { webhooks: aggregates, store } = this.#options
    const about = { subject: 'webhook', id, aggregate: webhookAggregate, stream: webhookStream(id), commands: [command] } as const
    return decideAbout({ aggregates, store }, { ...about, caller })
  }

  /** The same request may come again because its answer was lost: then it gets the secret that the first one made. */
  async #withSecret(answer: WebhookAnswer): Promise<WebhookAnswer> {
    if (answer.refusal) return answer
    const [created] = answer.events
    if (created?.event.type !== 'WebhookCreated' || Date.now() - created.recordedAt > shownAgainMs) return answer
    const secret = await this.#options.secrets.read(answer.webhookId, created.event.data.secretId)
    return secret === null ? answer : { ...answer, secret }
  }

  /** An ip stands for the agent that has it now. */
  async #withAgentIds(filter: WebhookSettings['filter']): Promise<WebhookSettings['filter'] | Rejection> {
    if (filter.agents.length === 0 || filter.agents.length > webhookLimits.filterValues) return filter
    const found = await findAgents(this.#options.agents, filter.agents)
    const unknown = filter.agents.find((agent) => !found.get(agent))
    if (unknown !== undefined) return rejection('AGENT_UNKNOWN', `no agent has the id or ip ${unknown.slice(0, 80)}`, 'filter.agents')
    return { ...filter, agents: filter.agents.map((agent) => found.get(agent)?.agentId ?? agent) }
  }
}

const full = rejection('WEBHOOKS_FULL', `the platform has ${webhookLimits.webhooks} webhooks already`)

function checkSecret(secret: string | null): Rejection | null {
  if (secret === null || keyOfSecret(secret)) return null
  const { least, most } = webhookLimits.secretBytes
  return rejection('WEBHOOK_INVALID', `a secret is whsec_ and the base64 of ${least} to ${most} bytes`, 'secret')
}

function checkAfter(after: string | null, head: string): Rejection | null {
  if (after === null) return null
  // Throws POSITION_INVALID.
  const { logId } = parsePosition(after)
  if (logId !== parsePosition(head).logId) throw new ElvesError('POSITION_UNKNOWN', 'the position is of another log', { facts: { after } })
  return after > head ? rejection('WEBHOOK_INVALID', 'after is beyond the end of the log', 'after') : null
}
