import type pg from 'pg'

export interface Renewal {
  readonly name: string
  readonly token: number
  readonly ttlMs: number
}

interface Waiting extends Renewal {
  resolve(isRenewed: boolean): void
  reject(error: unknown): void
}

const all = new WeakMap<pg.Pool, Map<string, LeaseRenewals>>()

/** Returns the one that renews all leases that this process has in a schema by these connections. */
export function leaseRenewals(pool: pg.Pool, schema: string): LeaseRenewals {
  const ofPool = all.get(pool) ?? new Map<string, LeaseRenewals>()
  all.set(pool, ofPool)
  const renewals = ofPool.get(schema) ?? new LeaseRenewals(pool, schema)
  ofPool.set(schema, renewals)
  return renewals
}

/** Renews leases, at the ticks that a process does its regular work at: those that are asked for in one turn by one statement. An instance holds a dozen, and an idle one has nothing else to write. */
export class LeaseRenewals {
  readonly #pool: pg.Pool
  readonly #schema: string
  #waiting: Waiting[] = []

  constructor(pool: pg.Pool, schema: string) {
    this.#pool = pool
    this.#schema = schema
  }

  /** Returns false if another owner took the lease meanwhile. */
  renew(renewal: Renewal): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...renewal, resolve, reject })
      if (this.#waiting.length === 1) setImmediate(() => void this.#renewAll())
    })
  }

  async #renewAll(): Promise<void> {
    const waiting = this.#waiting
    this.#waiting = []
    const left = waiting.length === 1 ? waiting : await this.#renewTogether(waiting)
    for (const one of left) this.#renewAlone(one).then(one.resolve, one.reject)
  }

  /**
   * Returns those that were not renewed: lost, or locked by a transaction of their own work that runs, which no other lease waits for.
   */
  async #renewTogether(waiting: readonly Waiting[]): Promise<readonly Waiting[]> {
    const column = <Value>(of: (one: Waiting) => Value) => waiting.map(of)
    try {
      const { rows } = await this.#pool.query<{ name: string }>(
        `with free as (
           select l.name, r.ttl from ${this.#schema}.leases l join unnest($1::text[], $2::int8[], $3::float8[]) as r (name, token, ttl) using (name, token)
           order by l.name for no key update of l skip locked)
         update ${this.#schema}.leases l set expires_at = clock_timestamp() + free.ttl * interval '1 millisecond' from free where l.name = free.name
         returning l.name`,
        [column(({ name }) => name), column(({ token }) => token), column(({ ttlMs }) => ttlMs)],
      )
      const renewed = new Set(rows.map(({ name }) => name))
      for (const one of waiting) if (renewed.has(one.name)) one.resolve(true)
      return waiting.filter(({ name }) => !renewed.has(name))
    } catch (error) {
      for (const { reject } of waiting) reject(error)
      return []
    }
  }

  async #renewAlone({ name, token, ttlMs }: Renewal): Promise<boolean> {
    const { rowCount } = await this.#pool.query(
      `update ${this.#schema}.leases set expires_at = clock_timestamp() + $3 * interval '1 millisecond' where name = $1 and token = $2`,
      [name, token, ttlMs],
    )
    return rowCount === 1
  }
}
