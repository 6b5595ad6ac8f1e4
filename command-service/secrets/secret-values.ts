import { randomBytes } from 'node:crypto'
import { orUnavailable } from '@elves/core/eventing/postgres/unavailable.ts'
import type { MasterKeys } from '@elves/core/sealing/master-keys.ts'
import { sealing } from '@elves/core/sealing/sealing.ts'
import type pg from 'pg'
import { wrapPages } from '../under-master-key.ts'

/** Names a value: the secret that has it, and which of its values it is. */
export interface ValueName {
  readonly secretId: string
  readonly valueId: string
}

/**
 * The values of secrets. Each is sealed under a key of its own, which is wrapped under the master key; neither is in an event. A method
 * rejects with STORE_UNAVAILABLE or MASTER_KEY_UNAVAILABLE (both canRetry).
 */
export interface SecretValues {
  /** Keeps a value unless there is one of this name, and returns the one that is there. */
  keep(name: ValueName, value: string): Promise<string | null>
  /** In the order of the names. Null: it is not there (a restored log has none), or the master key that it was sealed under is gone. */
  read(names: readonly ValueName[]): Promise<readonly (string | null)[]>
  remove(names: readonly ValueName[]): Promise<void>
  /** Names of values that were kept an hour ago or earlier: a process that died may have left one that no event tells of. */
  settled(): Promise<readonly ValueName[]>
  /** Wraps the keys of values anew that another master key than the current one has wrapped; returns which were. At most `limit`. */
  sealAnew(limit: number): Promise<readonly ValueName[]>
}

interface Row {
  readonly secretId: string
  readonly valueId: string
  readonly keyId: string
  readonly wrapped: Buffer
  readonly sealed: Buffer
}

const columns = 'secret_id as "secretId", value_id as "valueId", key_id as "keyId", wrapped, sealed'

export function secretValues(pool: pg.Pool, schema: string, masterKeys: MasterKeys): SecretValues {
  const table = `${schema}.secret_values`
  const rows = async (text: string, values: unknown[]) => (await orUnavailable(pool.query<Row>(text, values))).rows

  async function open(row: Row): Promise<string | null> {
    const key = await masterKeys.unwrap(placeOf(row), row)
    return key === null ? null : sealing(key, purpose).open(placeOf(row), row.sealed)
  }

  async function read(names: readonly ValueName[]): Promise<readonly (string | null)[]> {
    const text = `select ${columns} from ${table} where (secret_id, value_id) in (select * from unnest($1::text[], $2::text[]))`
    const found = await rows(text, [names.map(({ secretId }) => secretId), names.map(({ valueId }) => valueId)])
    const byPlace = new Map(await Promise.all(found.map(async (row) => [placeOf(row), await open(row)] as const)))
    return names.map((name) => byPlace.get(placeOf(name)) ?? null)
  }

  async function wrapAnew(row: Row): Promise<boolean> {
    const key = await masterKeys.unwrap(placeOf(row), row)
    if (key === null) return false
    const { keyId, wrapped } = await masterKeys.wrap(placeOf(row), key)
    const text = `update ${table} set key_id = $3, wrapped = $4 where secret_id = $1 and value_id = $2 and key_id = $5`
    return (await orUnavailable(pool.query(text, [row.secretId, row.valueId, keyId, wrapped, row.keyId]))).rowCount === 1
  }

  return {
    read,
    async keep(name, value) {
      const place = placeOf(name)
      const key = randomBytes(32).toString('base64url')
      const { keyId, wrapped } = await masterKeys.wrap(place, key)
      const text = `insert into ${table} (secret_id, value_id, key_id, wrapped, sealed) values ($1, $2, $3, $4, $5) on conflict do nothing`
      await rows(text, [name.secretId, name.valueId, keyId, wrapped, sealing(key, purpose).seal(place, value)])
      const [kept = null] = await read([name])
      return kept
    },
    async remove(names) {
      const text = `delete from ${table} where (secret_id, value_id) in (select * from unnest($1::text[], $2::text[]))`
      await rows(text, [names.map(({ secretId }) => secretId), names.map(({ valueId }) => valueId)])
    },
    settled: () => rows(`select ${columns} from ${table} where kept_at < now() - interval '1 hour'`, []),
    async sealAnew(limit) {
      const currentId = await masterKeys.currentId()
      if (currentId === null) return []
      const text = `select ${columns} from ${table} where key_id <> $1 and (secret_id, value_id) > ($2, $3) order by secret_id, value_id limit $4`
      const pageAfter = (last: Row | null) => rows(text, [currentId, last?.secretId ?? '', last?.valueId ?? '', limit])
      return (await wrapPages(limit, pageAfter, wrapAnew)).map(({ secretId, valueId }) => ({ secretId, valueId }))
    },
  }
}

const purpose = 'elves secrets'

function placeOf({ secretId, valueId }: ValueName): string {
  return `${secretId} ${valueId}`
}
