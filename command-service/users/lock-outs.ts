import type pg from 'pg'

/** UntoldFailures before each further one locks, and for how long at least and at most. An address may be many people's. */
const rules = { user: { free: 5, firstMs: 1_000, longestMs: 900_000 }, address: { free: 20, firstMs: 1_000, longestMs: 900_000 } } as const
/** UntoldFailures are forgotten after so long without another. */
const forgottenMs = 86_400_000

export interface UntoldFailures {
  readonly count: number
  readonly firstAt: number
  readonly lastAt: number
  readonly lockedUntil: number | null
  /** So many are in no event yet, from so many addresses. */
  readonly untold: number
  readonly addresses: number
}

/** Returns until when nobody may try again after so many failures; null: the next may come at once. */
function lockedUntil(kind: keyof typeof rules, count: number, now: number): number | null {
  const { free, firstMs, longestMs } = rules[kind]
  return count < free ? null : now + Math.min(longestMs, firstMs * 2 ** (count - free))
}

/** Counts failed sign-ins by user and by address, for all instances. */
export class LockOuts {
  readonly #pool: pg.Pool
  readonly #schema: string

  constructor(pool: pg.Pool, schema: string) {
    this.#pool = pool
    this.#schema = schema
  }

  /**
   * Takes a try: it counts as failed from here on, so that tries that come together can't outrun the count. Returns until when the user
   * or the address is locked, and counts nothing then.
   */
  async begin(userId: string, address: string, now: number): Promise<{ readonly lockedUntil: number | null }> {
    const client = await this.#pool.connect()
    try {
      await client.query('begin')
      const keys = [`user:${userId}`, `address:${address}`].sort()
      await client.query(
        `insert into ${this.#schema}.sign_in_failures (key, count, untold, first_at, last_at) select key, 0, 0, $2, $2 from unnest($1::text[]) as key
          on conflict (key) do nothing`,
        [keys, now],
      )
      const { rows } = await client.query<{ key: string; count: number; last_at: string; locked_until: string | null }>(
        `select key, count, last_at, locked_until from ${this.#schema}.sign_in_failures where key = any($1::text[]) order by key for update`,
        [keys],
      )
      const locks = rows.flatMap(({ locked_until: until }) => (until !== null && Number(until) > now ? [Number(until)] : []))
      if (locks.length > 0) {
        await client.query('commit')
        return { lockedUntil: Math.max(...locks) }
      }
      for (const row of rows) {
        const count = (Number(row.last_at) < now - forgottenMs ? 0 : row.count) + 1
        const until = lockedUntil(row.key.startsWith('user:') ? 'user' : 'address', count, now)
        await client.query(
          `update ${this.#schema}.sign_in_failures set count = $2, untold = untold + 1, last_at = $3, locked_until = $4,
            first_at = case when untold = 0 then $3 else first_at end, addresses = ${withAddress('$5')} where key = $1`,
          [row.key, count, now, until, address],
        )
      }
      await client.query('commit')
      return { lockedUntil: null }
    } catch (error) {
      await client.query('rollback').catch(() => undefined)
      throw error
    } finally {
      client.release()
    }
  }

  /** A try was right as far as it went: it does not count. A lock that holds goes on. */
  async pardon(userId: string, address: string): Promise<void> {
    const text = `update ${this.#schema}.sign_in_failures set count = greatest(0, count - 1), untold = greatest(0, untold - 1) where key = any($1::text[])`
    await this.#pool.query(text, [[`user:${userId}`, `address:${address}`]])
  }

  /** Counts a failure that locks nothing. */
  async count(userId: string, address: string, now: number): Promise<void> {
    await this.#pool.query(
      `insert into ${this.#schema}.sign_in_failures as f (key, count, untold, addresses, first_at, last_at) values ($1, 1, 1, array[$3::text], $2, $2)
        on conflict (key) do update set count = case when f.last_at < $2::int8 - ${forgottenMs} then 1 else f.count + 1 end, untold = f.untold + 1,
          addresses = ${withAddress('$3', 'f.')}, first_at = case when f.untold = 0 then $2::int8 else f.first_at end, last_at = $2::int8`,
      [`user:${userId}`, now, address],
    )
  }

  /** The try succeeded: the user's failures are forgotten, and the address has one less. Returns what was in no event yet of the user's, without this try. */
  async succeeded(userId: string, address: string): Promise<UntoldFailures | null> {
    const { rows } = await this.#pool.query<Row>(`delete from ${this.#schema}.sign_in_failures where key = $1 returning *`, [`user:${userId}`])
    await this.#pool.query(
      `update ${this.#schema}.sign_in_failures set count = greatest(0, count - 1), untold = greatest(0, untold - 1), locked_until = null where key = $1`,
      [`address:${address}`],
    )
    const [row] = rows
    return row && row.untold > 1 ? { ...failuresOf(row), untold: row.untold - 1 } : null
  }

  /** Forgets what was counted of a user. */
  async forget(userId: string): Promise<void> {
    await this.#pool.query(`delete from ${this.#schema}.sign_in_failures where key = $1`, [`user:${userId}`])
  }

  /** Returns the user's failures that are in no event yet, where it is time for one: the first, then each time that there are twice as many. */
  async untold(userId: string): Promise<UntoldFailures | null> {
    const { rows } = await this.#pool.query<Row>(
      `update ${this.#schema}.sign_in_failures f set untold = 0 from (select * from ${this.#schema}.sign_in_failures where key = $1 for update) before
        where f.key = before.key and before.untold * 2 >= before.count returning before.*`,
      [`user:${userId}`],
    )
    const [row] = rows
    return row ? failuresOf(row) : null
  }
}

/** Addresses are counted up to so many. */
const mostAddresses = 1_000

function withAddress(value: string, of = ''): string {
  const [all, one] = [`${of}addresses`, `${value}::text`]
  return `case when ${of}untold = 0 then array[${one}] when ${one} = any(${all}) or cardinality(${all}) >= ${mostAddresses} then ${all} else ${all} || ${one} end`
}

interface Row {
  readonly count: number
  readonly untold: number
  readonly addresses: readonly string[]
  readonly first_at: string
  readonly last_at: string
  readonly locked_until: string | null
}

function failuresOf({ count, untold, addresses, first_at: firstAt, last_at: lastAt, locked_until: until }: Row): UntoldFailures {
  return {
    count,
    untold,
    addresses: addresses.length,
    firstAt: Number(firstAt),
    lastAt: Number(lastAt),
    lockedUntil: until === null ? null : Number(until),
  }
}
