import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { orUnavailable } from '@elves/core/eventing/postgres/unavailable.ts'
import type pg from 'pg'

const ivBytes = 12
const tagBytes = 16
const madeBytes = 32

/** The keys that webhooks sign with. They are in a table, sealed, and in no event. */
export interface WebhookSecrets {
  /** Keeps the secret under the name `secretId`. */
  keep(webhookId: string, secretId: string, secret: string): Promise<void>
  /** Null: it is not there (a restored log has none), or another service secret sealed it. */
  read(webhookId: string, secretId: string): Promise<string | null>
  /** A hash of a request that may have a secret in it: without the key, nobody can try guesses on it. */
  hash(request: unknown): string
}

export function newWebhookSecret(): string {
  return `whsec_${randomBytes(madeBytes).toString('base64')}`
}

/** Seals with AES-256-GCM under a key made from the services' secret, so that a copy of the database alone signs nothing. */
export function webhookSecrets(pool: pg.Pool, schema: string, serviceSecret: string): WebhookSecrets {
  const keyOf = (purpose: string) => Buffer.from(hkdfSync('sha256', serviceSecret, '', purpose, 32))
  const [sealing, hashing] = [keyOf('elves webhook secrets'), keyOf('elves webhook requests')]
  return {
    async keep(webhookId, secretId, secret) {
      const text = `insert into ${schema}.webhook_secrets (webhook_id, secret_id, sealed) values ($1, $2, $3) on conflict do nothing`
      await orUnavailable(pool.query(text, [webhookId, secretId, seal(sealing, place(webhookId, secretId), secret)]))
    },
    async read(webhookId, secretId) {
      const text = `select sealed from ${schema}.webhook_secrets where webhook_id = $1 and secret_id = $2`
      const { rows } = await orUnavailable(pool.query<{ sealed: Buffer }>(text, [webhookId, secretId]))
      return rows[0] ? open(sealing, place(webhookId, secretId), rows[0].sealed) : null
    },
    hash: (request) => createHmac('sha256', hashing).update(JSON.stringify(request)).digest('hex'),
  }
}

/** Bound to the sealed text, so that a row that was copied to another webhook does not open there. */
function place(webhookId: string, secretId: string): Buffer {
  return Buffer.from(`${webhookId} ${secretId}`)
}

function seal(key: Buffer, bound: Buffer, text: string): Buffer {
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(bound)
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), sealed])
}

function open(key: Buffer, bound: Buffer, sealed: Buffer): string | null {
  const tag = sealed.subarray(ivBytes, ivBytes + tagBytes)
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, ivBytes)).setAAD(bound).setAuthTag(tag)
  try {
    return decipher.update(sealed.subarray(ivBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8')
  } catch {
    return null
  }
}
