import { randomInt } from 'node:crypto'
import { orUnavailable } from '@elves/core/eventing/postgres/unavailable.ts'
import { keyedHash, type Sealing, sealing } from '@elves/core/sealing/sealing.ts'
import { Secret, TOTP } from 'otpauth'
import type pg from 'pg'

/** What every authenticator app knows: RFC 6238 with SHA-1, 6 digits, 30 s. */
const form = { algorithm: 'SHA1', digits: 6, period: 30 } as const
/** Clocks may differ by so many steps. */
const window = 1
const codesAtOnce = 10
/** No letters or digits that look alike. */
const letters = 'abcdefghjkmnpqrstuvwxyz23456789'

export interface SecondFactorsOptions {
  readonly pool: pg.Pool
  readonly schema: string
  readonly serviceSecret: string
  /** ms since the epoch. */
  readonly now?: () => number
}

/** Secrets and recovery codes of second factors: the only place where they are. */
export class SecondFactors {
  readonly #pool: pg.Pool
  readonly #schema: string
  readonly #sealing: Sealing
  readonly #hash: (text: string) => string
  readonly #now: () => number

  constructor({ pool, schema, serviceSecret, now = Date.now }: SecondFactorsOptions) {
    this.#pool = pool
    this.#schema = schema
    this.#sealing = sealing(serviceSecret, 'elves second factors')
    this.#hash = keyedHash(serviceSecret, 'elves recovery codes')
    this.#now = now
  }

  /** Makes a secret, which is good for nothing before a code of it was shown. Returns it in base32. */
  async begin(userId: string): Promise<string> {
    const secret = new Secret({ size: 20 }).base32
    await this.#query(
      `insert into ${this.#schema}.second_factors (user_id, pending) values ($1, $2) on conflict (user_id) do update set pending = excluded.pending`,
      [userId, this.#sealing.seal(userId, secret)],
    )
    return secret
  }

  /** Takes the secret that was begun, if the code is one of it. Returns the recovery codes; null: nothing was begun, or the code is another. */
  async confirm(userId: string, code: string): Promise<readonly string[] | null> {
    const { rows } = await this.#query<{ pending: Buffer | null }>(`select pending from ${this.#schema}.second_factors where user_id = $1`, [userId])
    const pending = rows[0]?.pending
    const secret = pending ? this.#sealing.open(userId, pending) : null
    const step = secret === null ? null : this.#stepOf(secret, code)
    if (step === null) return null
    const text = `update ${this.#schema}.second_factors set secret = pending, pending = null, last_step = $3 where user_id = $1 and pending = $2 returning user_id`
    const taken = await this.#query(text, [userId, pending, step])
    return taken.rows.length === 0 ? null : this.makeCodes(userId)
  }

  /** Returns false for a code that is wrong, and for one that was taken before, at whatever instance. */
  async take(userId: string, code: string): Promise<boolean> {
    const { rows } = await this.#query<{ secret: Buffer | null }>(`select secret from ${this.#schema}.second_factors where user_id = $1`, [userId])
    const sealed = rows[0]?.secret
    const secret = sealed ? this.#sealing.open(userId, sealed) : null
    const step = secret === null ? null : this.#stepOf(secret, code)
    if (step === null) return false
    const text = `update ${this.#schema}.second_factors set last_step = $2 where user_id = $1 and last_step < $2 returning user_id`
    return (await this.#query(text, [userId, step])).rows.length > 0
  }

  /** Uses a recovery code up. Returns how many are left; null: it is none. */
  async takeRecoveryCode(userId: string, code: string): Promise<number | null> {
    const { rows } = await this.#query(`delete from ${this.#schema}.recovery_codes where user_id = $1 and hash = $2 returning user_id`, [
      userId,
      this.#hashOf(userId, code),
    ])
    if (rows.length === 0) return null
    const left = await this.#query<{ left: number }>(`select count(*)::int as left from ${this.#schema}.recovery_codes where user_id = $1`, [userId])
    return left.rows[0]?.left ?? 0
  }

  /** Replaces the recovery codes. */
  async makeCodes(userId: string): Promise<readonly string[]> {
    const codes = Array.from({ length: codesAtOnce }, newCode)
    await this.#query(
      `with gone as (delete from ${this.#schema}.recovery_codes where user_id = $1)
        insert into ${this.#schema}.recovery_codes (user_id, hash) select $1, unnest($2::text[])`,
      [userId, codes.map((code) => this.#hashOf(userId, code))],
    )
    return codes
  }

  async remove(userId: string): Promise<void> {
    await this.#query(`delete from ${this.#schema}.second_factors where user_id = $1`, [userId])
    await this.#query(`delete from ${this.#schema}.recovery_codes where user_id = $1`, [userId])
  }

  /** Returns the time step whose code this is; null: none near. */
  #stepOf(secret: string, code: string): number | null {
    const timestamp = this.#now()
    const delta = new TOTP({ ...form, secret }).validate({ token: code.replaceAll(/\s/g, ''), timestamp, window })
    return delta === null ? null : Math.floor(timestamp / 1_000 / form.period) + delta
  }

  #hashOf(userId: string, code: string): string {
    return this.#hash(`${userId} ${code.toLowerCase().replaceAll(/[\s-]/g, '')}`)
  }

  #query<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[]): Promise<pg.QueryResult<Row>> {
    return orUnavailable(this.#pool.query<Row>(text, [...values]))
  }
}

function newCode(): string {
  const part = () => Array.from({ length: 5 }, () => letters[randomInt(letters.length)]).join('')
  return `${part()}-${part()}`
}
