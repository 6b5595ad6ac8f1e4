import { orUnavailable } from '@elves/core/eventing/postgres/unavailable.ts'
import type pg from 'pg'

/** When access tokens and auth keys were last used. In no event: a program may use one a thousand times a second. */
export class Uses {
  readonly #pool: pg.Pool
  readonly #schema: string

  constructor(pool: pg.Pool, schema: string) {
    this.#pool = pool
    this.#schema = schema
  }

  /** Returns the instants by the ids of access tokens and auth keys; those that were never used are absent. */
  async of(ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const text = `select id, last_used_at from ${this.#schema}.credentials where id = any($1::text[]) and last_used_at > 0
      union all select auth_key_id, last_used_at from ${this.#schema}.auth_key_uses where auth_key_id = any($1::text[])`
    const { rows } = await orUnavailable(this.#pool.query<{ id: string; last_used_at: string }>(text, [ids]))
    return new Map(rows.map(({ id, last_used_at: at }) => [id, Number(at)]))
  }

  async noteAuthKey(id: string, at: number): Promise<void> {
    const text = `insert into ${this.#schema}.auth_key_uses as u (auth_key_id, last_used_at) values ($1, $2)
      on conflict (auth_key_id) do update set last_used_at = greatest(u.last_used_at, excluded.last_used_at)`
    await orUnavailable(this.#pool.query(text, [id, at]))
  }
}
