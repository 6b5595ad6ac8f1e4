import type pg from 'pg'
import { eventingSchema } from '../../eventing/postgres/eventing-schema.ts'

/** What the audit log is asked by: a pool, or the connection of a transaction. */
type Database = pg.Pool | pg.ClientBase

const known = new WeakMap<Database, Map<string, boolean>>()

/**
 * Returns true if the table of the event store is in this database, and is that of this log. Then the audit log reads the events
 * there; otherwise it keeps them in `event_bodies`. It is asked once for each connection or pool, because neither changes.
 */
export async function isStoreHere(database: Database, logId: string): Promise<boolean> {
  const answers = known.get(database) ?? new Map<string, boolean>()
  known.set(database, answers)
  const answer = answers.get(logId) ?? (await askedWhetherHere(database, logId))
  answers.set(logId, answer)
  return answer
}

async function askedWhetherHere(database: Database, logId: string): Promise<boolean> {
  const table = await database.query<{ isThere: boolean }>(`select to_regclass($1) is not null as "isThere"`, [`${eventingSchema}.log`])
  if (!table.rows[0]?.isThere) return false
  const log = await database.query(`select from ${eventingSchema}.log where log_id = $1`, [logId])
  return log.rowCount === 1
}

/** Returns the table with the events of the audit log of this schema; both tables have columns of the same names. */
export async function eventSource(pool: pg.Pool, schema: string): Promise<string> {
  const { rows } = await pool.query<{ logId: string }>(`select left(position, 8) as "logId" from ${schema}.checkpoints limit 1`)
  const [begun] = rows
  return begun && (await isStoreHere(pool, begun.logId)) ? `${eventingSchema}.events` : `${schema}.event_bodies`
}
