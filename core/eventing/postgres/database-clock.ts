import type pg from 'pg'
import { orUnavailable } from './unavailable.ts'

/** The database's clock, on which instances of the platform agree. */
export interface DatabaseTime {
  /** As the database writes it, for statements that are given it back. */
  readonly text: string
  /** Ms since the epoch. */
  readonly ms: number
}

/** Throws STORE_UNAVAILABLE (canRetry). */
export async function databaseTime(pool: pg.Pool): Promise<DatabaseTime> {
  const query = 'select now::text as text, round(extract(epoch from now) * 1000)::float8 as ms from clock_timestamp() as now'
  const { rows } = await orUnavailable(pool.query<DatabaseTime>(query))
  return rows[0] as DatabaseTime
}
