import { createHash, hkdfSync, randomBytes } from 'node:crypto'
import type pg from 'pg'

/** What a token proves, as the table has it. Instants are ms since the epoch. */
export interface Credential {
  readonly id: string
  readonly kind: 'SESSION' | 'ACCESS_TOKEN'
  readonly userId: string
  readonly lastUsedAt: number
  readonly expiresAt: number | null
  /** Null: it has not ended, as far as it was told. */
  readonly ended: { readonly hasExpired: boolean } | null
}

export interface EndOfCredential {
  readonly id: string
  /** Nobody ended it. */
  readonly hasExpired: boolean
}

/** For so long it is known whose token was, after its end. */
const keptMs = 30 * 86_400_000

/** Returns what is stored of a token, and what it is looked up by. */
export function hashOfToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}

export function newSessionToken(): string {
  return `elves_s_${randomBytes(32).toString('base64url')}`
}

/** Follows from its id and the services' secret: the same request again, after a lost answer, gets it again, and it is stored nowhere. */
export function accessTokenText(id: string, serviceSecret: string): string {
  return `elves_t_${Buffer.from(hkdfSync('sha256', serviceSecret, id, 'elves access token', 32)).toString('base64url')}`
}

/** Hashes of passwords and tokens: the only place where they are. */
export class Credentials {
  readonly #pool: pg.Pool
  readonly #schema: string

  constructor(pool: pg.Pool, schema: string) {
    this.#pool = pool
    this.#schema = schema
  }

  async passwordHash(userId: string): Promise<string | null> {
    const { rows } = await this.#pool.query<{ hash: string }>(`select hash from ${this.#schema}.passwords where user_id = $1`, [userId])
    return rows[0]?.hash ?? null
  }

  async setPasswordHash(userId: string, hash: string): Promise<void> {
    const text = `insert into ${this.#schema}.passwords (user_id, hash) values ($1, $2) on conflict (user_id) do update set hash = excluded.hash`
    await this.#pool.query(text, [userId, hash])
  }

  async add(hash: string, { id, kind, userId, lastUsedAt, expiresAt }: Omit<Credential, 'ended'>): Promise<void> {
    const text = `insert into ${this.#schema}.credentials (hash, id, kind, user_id, last_used_at, expires_at) values ($1, $2, $3, $4, $5, $6) on conflict (hash) do nothing`
    await this.#pool.query(text, [hash, id, kind, userId, lastUsedAt, expiresAt])
    await this.#pool.query(`delete from ${this.#schema}.credentials where user_id = $1 and ended_at < $2`, [userId, Date.now() - keptMs])
  }

  /** Notes that it was used now, unless it has ended. Returns it as it was before; null where there is none. */
  async use(hash: string, now: number): Promise<Credential | null> {
    const { rows } = await this.#pool.query<Row>(
      `update ${this.#schema}.credentials c set last_used_at = case when c.ended_at is null then $2 else c.last_used_at end
        from (select * from ${this.#schema}.credentials where hash = $1) before where c.hash = before.hash returning before.*`,
      [hash, now],
    )
    return credentialOf(rows)
  }

  async find(hash: string): Promise<Credential | null> {
    return credentialOf((await this.#pool.query<Row>(`select * from ${this.#schema}.credentials where hash = $1`, [hash])).rows)
  }

  /** Notes what has ended: whose it was is known for some time. */
  async end(userId: string, ended: readonly EndOfCredential[], now: number): Promise<void> {
    if (ended.length === 0) return
    const text = `update ${this.#schema}.credentials c set ended_at = $4, has_expired = e.expired
      from unnest($2::text[], $3::boolean[]) as e(id, expired) where c.user_id = $1 and c.id = e.id and c.ended_at is null`
    await this.#pool.query(text, [userId, ended.map(({ id }) => id), ended.map(({ hasExpired }) => hasExpired), now])
  }

  /** Removes all that a user could prove who it is with. */
  async removeAll(userId: string): Promise<void> {
    for (const table of ['credentials', 'passwords']) await this.#pool.query(`delete from ${this.#schema}.${table} where user_id = $1`, [userId])
  }
}

interface Row {
  readonly id: string
  readonly kind: Credential['kind']
  readonly user_id: string
  readonly last_used_at: string
  readonly expires_at: string | null
  readonly ended_at: string | null
  readonly has_expired: boolean
}

function credentialOf([row]: readonly Row[]): Credential | null {
  if (!row) return null
  const { id, kind, user_id: userId, last_used_at: lastUsedAt, expires_at: expiresAt, ended_at: endedAt, has_expired: hasExpired } = row
  const ended = endedAt === null ? null : { hasExpired }
  return { id, kind, userId, lastUsedAt: Number(lastUsedAt), expiresAt: expiresAt === null ? null : Number(expiresAt), ended }
}
