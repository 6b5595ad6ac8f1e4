import type pg from 'pg'
import { orUnavailable } from './unavailable.ts'

/** A time on the database's clock, which all instances of the platform share. */
export interface DatabaseTime {
  /** The text of the database, for statements that get it back. */
  readonly text: string
  /** Ms since the epoch. */
  readonly ms: number
}

const asked = new WeakMap<pg.Pool, Promise<DatabaseTime>>()

/** Those who ask in one turn of the event loop are answered by one query. Throws STORE_UNAVAILABLE (canRetry). */
export function databaseTime(pool: pg.Pool): Promise<DatabaseTime> {
  const known = asked.get(pool)
  if (known) return known
  const time = read(pool)
  asked.set(pool, time)
  setImmediate(() => asked.delete(pool))
  return time
}

async function read(pool: pg.Pool): Promise<DatabaseTime> {
  const query = 'select now::text as text, round(extract(epoch from now) * 1000)::float8 as ms from clock_timestamp() as now'
  const { rows } = await orUnavailable(pool.query<DatabaseTime>(query))
  return rows[0] as DatabaseTime
}
