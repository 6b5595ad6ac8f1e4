import type { WebhookFilter } from '@elves/schemas/generated/types.ts'
import { z } from 'zod'
import { everywhere, type Scope } from '../domain/scope.ts'

const values = z
  .array(z.string())
  .readonly()
  .nullish()
  .transform((given) => given ?? [])

/** Which events; an absent field is any, and so is an empty one. */
export const webhookFilter = z
  .strictObject({ types: values, apps: values, states: values, agents: values })
  .nullish()
  .transform((filter): WebhookFilter => filter ?? { types: [], apps: [], states: [], agents: [] })

/** What a webhook tells of: its agents are ids and ips, so it counts as one of all agents. */
export function scopeOfWebhook({ apps }: Pick<WebhookFilter, 'apps'>): Scope {
  return { ...everywhere, apps: apps.length === 0 ? ['*'] : apps }
}
