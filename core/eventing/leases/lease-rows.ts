import type pg from 'pg'
import { ElvesError } from '../../foundation/errors.ts'
import { eventingSchema } from '../postgres/eventing-schema.ts'
import { leaseRenewals } from './lease-renewals.ts'

/** The row of one lease. */
export interface LeaseRows {
  /** Returns the token; null while another owner has the lease. */
  acquire(): Promise<number | null>
  /** Returns false if another owner took the lease meanwhile. */
  renew(token: number): Promise<boolean>
  release(token: number): Promise<void>
}

/**
 * If a lease ends more than this many times its length in the future, its end dates from before the clock was set back, and
 * another owner may take it. The old owner is fenced out.
 */
const clocksApart = 10

/** A suspended owner in the middle of a transaction must not keep the next owner from the lease. */
const longestPauseMs = 1_500

/**
 * Throws LEASE_LOST unless the token is the newest. Another instance that wants the lease waits until this transaction has
 * ended; the server ends it if its client does nothing for longer than 1.5 s.
 */
export async function checkFence(client: pg.ClientBase, name: string, token: number, schema: string = eventingSchema): Promise<void> {
  const { rowCount } = await client.query(
    `select set_config('idle_in_transaction_session_timeout', $3, true) from ${schema}.leases where name = $1 and token = $2 for share`,
    [name, token, String(longestPauseMs)],
  )
  if (rowCount === 0) throw new ElvesError('LEASE_LOST', `another instance owns ${name} now`, { facts: { name, token } })
}

export function leaseRows(pool: pg.Pool, lease: { name: string; owner: string; ttlMs: number }, schema: string = eventingSchema): LeaseRows {
  const { name, owner, ttlMs } = lease
  const end = (parameter: number) => `clock_timestamp() + $${parameter} * interval '1 millisecond'`
  return {
    async acquire() {
      const { rows } = await pool.query<{ token: string }>(
        `insert into ${schema}.leases as l (name, owner, token, expires_at) values ($1, $2, 1, ${end(3)})
         on conflict (name) do update set owner = excluded.owner, token = l.token + 1, expires_at = ${end(3)}
         where l.expires_at <= clock_timestamp() or l.expires_at > clock_timestamp() + $4 * interval '1 millisecond' returning token`,
        [name, owner, ttlMs, clocksApart * ttlMs],
      )
      return rows[0] ? Number(rows[0].token) : null
    },
    renew: (token) => leaseRenewals(pool, schema).renew({ name, token, ttlMs }),
    async release(token) {
      await pool.query(`update ${schema}.leases set expires_at = clock_timestamp() where name = $1 and token = $2`, [name, token])
    },
  }
}
