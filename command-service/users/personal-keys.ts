import { randomBytes } from 'node:crypto'
import { orUnavailable } from '@elves/core/eventing/postgres/unavailable.ts'
import { setBounded } from '@elves/core/foundation/set-bounded.ts'
import type { MasterKeys } from '@elves/core/sealing/master-keys.ts'
import { sealing } from '@elves/core/sealing/sealing.ts'
import type pg from 'pg'
import { wrapPages } from '../under-master-key.ts'

/** Keys in memory, so that most requests need neither the table nor the keeper of the master key. */
const mostKnown = 10_000
const serviceKeyId = 'service-secret'

interface Row {
  readonly userId: string
  readonly keyId: string
  readonly wrapped: Buffer
}

const columns = 'user_id as "userId", key_id as "keyId", wrapped'

/** The master keys; where there is none, the services' secret wraps, so that users can be made without a master key, too. */
export function withServiceKey(masterKeys: MasterKeys, serviceSecret: string): MasterKeys {
  const own = sealing(serviceSecret, 'elves personal keys')
  return {
    currentId: async () => (await masterKeys.currentId()) ?? serviceKeyId,
    async wrap(place, key) {
      if ((await masterKeys.currentId()) !== null) return masterKeys.wrap(place, key)
      return { keyId: serviceKeyId, wrapped: own.seal(place, key) }
    },
    unwrap: async (place, wrapped) => (wrapped.keyId === serviceKeyId ? own.open(place, wrapped.wrapped) : masterKeys.unwrap(place, wrapped)),
  }
}

/**
 * The keys of the texts that say who users are. They are in a table and in no event: to delete one is to erase these texts in every copy of the
 * log. A method rejects with STORE_UNAVAILABLE or MASTER_KEY_UNAVAILABLE (both canRetry).
 */
export class PersonalKeys {
  readonly #pool: pg.Pool
  readonly #table: string
  readonly #masterKeys: MasterKeys
  readonly #known = new Map<string, string>()

  constructor(pool: pg.Pool, schema: string, masterKeys: MasterKeys) {
    this.#pool = pool
    this.#table = `${schema}.personal_keys`
    this.#masterKeys = masterKeys
  }

  /** Returns the key of a user; makes it where there is none. Null: what wrapped it is not there any more. */
  async make(userId: string): Promise<string | null> {
    const known = (await this.find([userId])).get(userId)
    if (known !== undefined) return known
    const { keyId, wrapped } = await this.#masterKeys.wrap(userId, randomBytes(32).toString('base64url'))
    const text = `insert into ${this.#table} (user_id, key_id, wrapped) values ($1, $2, $3) on conflict do nothing`
    await this.#rows(text, [userId, keyId, wrapped])
    return (await this.find([userId])).get(userId) ?? null
  }

  /** Returns the keys that are there, by user. */
  async find(userIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const found = new Map(userIds.flatMap((id) => ((key) => (key === undefined ? [] : [[id, key] as const]))(this.#known.get(id))))
    const others = userIds.filter((id) => !found.has(id))
    if (others.length === 0) return found
    for (const row of await this.#rows(`select ${columns} from ${this.#table} where user_id = any($1::text[])`, [others])) {
      const key = await this.#masterKeys.unwrap(row.userId, row)
      if (key === null) continue
      found.set(row.userId, key)
      setBounded(this.#known, row.userId, key, mostKnown)
    }
    return found
  }

  /** Another instance may have deleted it. */
  forget(userId: string): void {
    this.#known.delete(userId)
  }

  async remove(userIds: readonly string[]): Promise<void> {
    for (const id of userIds) this.forget(id)
    await this.#rows(`delete from ${this.#table} where user_id = any($1::text[])`, [userIds])
  }

  /** Users with a key, and whether it was made an hour ago or earlier. */
  async all(): Promise<readonly { readonly userId: string; readonly isSettled: boolean }[]> {
    const text = `select user_id as "userId", kept_at < now() - interval '1 hour' as "isSettled" from ${this.#table}`
    return (await orUnavailable(this.#pool.query<{ userId: string; isSettled: boolean }>(text))).rows
  }

  /** Wraps the keys anew that another master key than the current one has wrapped. Returns how many; at most `limit`. */
  async wrapAnew(limit: number): Promise<number> {
    const currentId = await this.#masterKeys.currentId()
    const text = `select ${columns} from ${this.#table} where key_id <> $1 and user_id > $2 order by user_id limit $3`
    const pageAfter = (last: Row | null) => this.#rows(text, [currentId, last?.userId ?? '', limit])
    return (await wrapPages(limit, pageAfter, (row) => this.#wrapAnew(row))).length
  }

  async #wrapAnew(row: Row): Promise<boolean> {
    const key = await this.#masterKeys.unwrap(row.userId, row)
    if (key === null) return false
    const { keyId, wrapped } = await this.#masterKeys.wrap(row.userId, key)
    const text = `update ${this.#table} set key_id = $2, wrapped = $3 where user_id = $1 and key_id = $4`
    return (await orUnavailable(this.#pool.query(text, [row.userId, keyId, wrapped, row.keyId]))).rowCount === 1
  }

  async #rows(text: string, values: unknown[]): Promise<readonly Row[]> {
    return (await orUnavailable(this.#pool.query<Row>(text, values))).rows
  }
}
