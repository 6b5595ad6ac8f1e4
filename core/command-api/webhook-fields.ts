import type { WebhookFilter } from '@elves/schemas/generated/types.ts'
import { z } from 'zod'

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
