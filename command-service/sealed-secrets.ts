import { orUnavailable } from '@elves/core/eventing/postgres/unavailable.ts'
import { sealing } from '@elves/core/sealing/sealing.ts'
import type pg from 'pg'

/** Secrets that things sign with. They are in a table, sealed under the services' secret, and in no event: a copy of the database alone signs nothing. */
export interface SealedSecrets {
  /** Keeps a secret unless its owner has one under this name already. */
  keep(ownerId: string, secretId: string, secret: string): Promise<void>
  /** Null: it is not there (a restored log has none), or another service secret sealed it. */
  read(ownerId: string, secretId: string): Promise<string | null>
  /** Removes all of an owner. */
  remove(ownerId: string): Promise<void>
}

export interface SealedSecretsOptions {
  readonly pool: pg.Pool
  /** With its schema. */
  readonly table: string
  /** Its column with the id of the thing that has the secret. */
  readonly owner: string
  readonly serviceSecret: string
  /** Tells the keys of several tables apart. */
  readonly purpose: string
}

export function sealedSecrets({ pool, table, owner, serviceSecret, purpose }: SealedSecretsOptions): SealedSecrets {
  const { seal, open } = sealing(serviceSecret, purpose)
  return {
    async keep(ownerId, secretId, secret) {
      const text = `insert into ${table} (${owner}, secret_id, sealed) values ($1, $2, $3) on conflict do nothing`
      await orUnavailable(pool.query(text, [ownerId, secretId, seal(`${ownerId} ${secretId}`, secret)]))
    },
    async read(ownerId, secretId) {
      const text = `select sealed from ${table} where ${owner} = $1 and secret_id = $2`
      const { rows } = await orUnavailable(pool.query<{ sealed: Buffer }>(text, [ownerId, secretId]))
      return rows[0] ? open(`${ownerId} ${secretId}`, rows[0].sealed) : null
    },
    async remove(ownerId) {
      await orUnavailable(pool.query(`delete from ${table} where ${owner} = $1`, [ownerId]))
    },
  }
}
