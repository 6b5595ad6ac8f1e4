import { commandSchema } from '@elves/command-service/command-schema.ts'
import type pg from 'pg'

/** The wrapped key of the texts that say who a user is, as the table has it. `wrapped` is base64. */
export interface KeptPersonalKey {
  readonly userId: string
  readonly keyId: string
  readonly wrapped: string
}

/** Those of users who were erased are not there. */
export async function personalKeysIn(client: pg.ClientBase): Promise<readonly KeptPersonalKey[]> {
  const table = `${commandSchema}.personal_keys`
  const { rows: known } = await client.query<{ is: string | null }>('select to_regclass($1)::text as is', [table])
  // A database that an earlier release made has none.
  if ((known[0]?.is ?? null) === null) return []
  const text = `select user_id as "userId", key_id as "keyId", encode(wrapped, 'base64') as wrapped from ${table} order by user_id`
  return (await client.query<KeptPersonalKey>(text)).rows.map((row) => ({ ...row, wrapped: row.wrapped.replaceAll('\n', '') }))
}

export async function insertPersonalKeys(pool: pg.Pool, keys: readonly KeptPersonalKey[]): Promise<void> {
  await pool.query(
    `insert into ${commandSchema}.personal_keys (user_id, key_id, wrapped)
      select user_id, key_id, decode(wrapped, 'base64') from unnest($1::text[], $2::text[], $3::text[]) as k (user_id, key_id, wrapped)`,
    [keys.map(({ userId }) => userId), keys.map(({ keyId }) => keyId), keys.map(({ wrapped }) => wrapped)],
  )
}

export function areKeptPersonalKeys(read: unknown): read is readonly KeptPersonalKey[] {
  return Array.isArray(read) && read.every((key) => ['userId', 'keyId', 'wrapped'].every((field) => typeof key?.[field] === 'string'))
}
