import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import { migrate } from './migrate.ts'

/** Schema of the event store, the checkpoints of reactors, dead letters and leases. */
export const eventingSchema = 'elves'

/** Brings schema `elves` up to date: events, log, checkpoints, dead letters, leases. */
export function migrateEventing(pool: pg.Pool, schema: string = eventingSchema, onProgress?: (text: string) => void): Promise<void> {
  return migrate(pool, { schema, name: 'eventing', dir: fileURLToPath(new URL('./migrations', import.meta.url)), onProgress })
}
