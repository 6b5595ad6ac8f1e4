import { eventNames } from '@elves/schemas/generated/catalog.ts'
import type { WebhookChanged } from '@elves/schemas/generated/types.ts'
import { type Rejection, rejection } from '../decision.ts'
import { checkIdempotencyKey, checkText } from '../task/request.ts'
import { taskStates } from '../task/state.ts'

/** Where a webhook delivers, what, and what signs it. */
export type WebhookSettings = Omit<WebhookChanged, 'isRestarted' | 'idempotencyKey'>

export const webhookLimits = {
  webhooks: 500,
  nameLength: 256,
  urlLength: 2048,
  /** Of each field of a filter. */
  filterValues: 1000,
  /** Of the key in a secret, as Standard Webhooks has them. */
  secretBytes: { least: 24, most: 64 },
} as const

/** Returns why these settings are not possible, or null if they are. */
export function checkWebhook({ name, url, filter }: WebhookSettings, idempotencyKey: string | null): Rejection | null {
  if ((name?.length ?? 0) > webhookLimits.nameLength) return invalid('name', `name has at most ${webhookLimits.nameLength} characters`)
  return checkText('name', name) ?? checkText('url', url) ?? checkUrl(url) ?? checkFilter(filter) ?? checkIdempotencyKey(idempotencyKey)
}

function checkUrl(text: string): Rejection | null {
  if (text.length > webhookLimits.urlLength) return invalid('url', `url has at most ${webhookLimits.urlLength} characters`)
  const url = URL.parse(text)
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) return invalid('url', 'url begins with https:// or http:// and names a host')
  // It would be readable in every event of the webhook. A receiver knows us by the signature.
  if (url.username !== '' || url.password !== '') return invalid('url', 'url has no user and no password: deliveries are signed')
  return null
}

const knownStates: ReadonlySet<string> = new Set(taskStates)
const knownTypes: ReadonlySet<string> = new Set(Object.values(eventNames).flat())

function checkFilter(filter: WebhookSettings['filter']): Rejection | null {
  for (const [field, values] of Object.entries(filter) as [keyof typeof filter, readonly string[]][]) {
    if (values.length > webhookLimits.filterValues)
      return invalid(`filter.${field}`, `filter.${field} has at most ${webhookLimits.filterValues} values`)
    for (const value of values) {
      const refused = checkText(`filter.${field}`, value)
      if (refused) return refused
    }
  }
  const type = filter.types.find((one) => !knownTypes.has(one))
  if (type !== undefined) return invalid('filter.types', `no event has the type ${type.slice(0, 80)}`)
  const state = filter.states.find((one) => !knownStates.has(one))
  return state === undefined ? null : invalid('filter.states', `no task has the state ${state.slice(0, 80)}`)
}

const secretPattern = /^whsec_([A-Za-z0-9+/]+={0,2})$/

/** Returns the key of a secret of the form `whsec_<base64>`; null if it is of another form, or too short or too long. */
export function keyOfSecret(secret: string): Buffer | null {
  const [, base64 = ''] = secretPattern.exec(secret) ?? []
  const key = Buffer.from(base64, 'base64')
  const { least, most } = webhookLimits.secretBytes
  return key.length >= least && key.length <= most && key.toString('base64').replaceAll('=', '') === base64.replaceAll('=', '') ? key : null
}

function invalid(field: string, message: string): Rejection {
  return rejection('WEBHOOK_INVALID', message, field)
}
