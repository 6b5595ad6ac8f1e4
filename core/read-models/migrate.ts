import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import { migrate } from '../eventing/postgres/migrate.ts'

/** Schema of the live read models. */
export const readSchema = 'elves_read'

const dir = fileURLToPath(new URL('./migrations', import.meta.url))

/** Brings the read models' schema up to date. Throws SCHEMA_TOO_NEW. */
export function migrateReadModels(pool: pg.Pool, schema: string = readSchema, onProgress?: (text: string) => void): Promise<void> {
  return migrate(pool, { schema, name: 'read-models', dir, onProgress })
}

/** Makes the tables in a new schema inside the caller's transaction, so that a rollback leaves nothing. */
export async function createScratch(client: pg.ClientBase, schema: string): Promise<void> {
  await client.query(`create schema ${schema}`)
  for (const file of (await readdir(dir)).filter((name) => name.endsWith('.sql')).sort()) {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how the files spell it
    await client.query((await readFile(join(dir, file), 'utf8')).replaceAll('${schema}', schema))
  }
}
