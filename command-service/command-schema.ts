import { fileURLToPath } from 'node:url'
import { migrate } from '@elves/core/eventing/postgres/migrate.ts'
import type pg from 'pg'

/** Schema of the write side's own tables. */
export const commandSchema = 'elves'

/** Brings the write side's own tables up to date. */
export function migrateCommandService(pool: pg.Pool): Promise<void> {
  return migrate(pool, { schema: commandSchema, name: 'command-service', dir: fileURLToPath(new URL('./migrations', import.meta.url)) })
}
