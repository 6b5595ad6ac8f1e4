import { randomBytes } from 'node:crypto'
import { keyedHash } from '@elves/core/sealing/sealing.ts'
import type pg from 'pg'
import { type SealedSecrets, sealedSecrets } from '../sealed-secrets.ts'

const madeBytes = 32

/** The secrets that webhooks sign with. */
export interface WebhookSecrets extends Pick<SealedSecrets, 'keep' | 'read'> {
  /** A hash of a request that may have a secret in it: without the key, nobody can try guesses on it. */
  hash(request: unknown): string
}

export function newWebhookSecret(): string {
  return `whsec_${randomBytes(madeBytes).toString('base64')}`
}

export function webhookSecrets(pool: pg.Pool, schema: string, serviceSecret: string): WebhookSecrets {
  const table = `${schema}.webhook_secrets`
  const { keep, read } = sealedSecrets({ pool, table, owner: 'webhook_id', serviceSecret, purpose: 'elves webhook secrets' })
  const hash = keyedHash(serviceSecret, 'elves webhook requests')
  return { keep, read, hash: (request) => hash(JSON.stringify(request)) }
}
