import { randomBytes } from 'node:crypto'
import type pg from 'pg'
import { type SealedSecrets, sealedSecrets } from '../sealed-secrets.ts'

const madeBytes = 24

export function newAuthKeySecret(): string {
  return randomBytes(madeBytes).toString('base64url')
}

/** The secrets that auth keys sign with. */
export function authKeySecrets(pool: pg.Pool, schema: string, serviceSecret: string): SealedSecrets {
  return sealedSecrets({ pool, table: `${schema}.auth_key_secrets`, owner: 'auth_key_id', serviceSecret, purpose: 'elves auth keys' })
}
