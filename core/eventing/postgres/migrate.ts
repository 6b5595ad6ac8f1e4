import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import { ElvesError } from '../../foundation/errors.ts'
import { inTransaction } from './transaction.ts'

/** Numbered, forward-only SQL files of one part: `NNNN-name.sql`, where `${schema}` stands for the schema's name. */
export interface MigrationSeries {
  readonly schema: string
  readonly name: string
  readonly dir: string
  /** Called with what a long migration says of its progress. */
  readonly onProgress?: ((text: string) => void) | undefined
}

interface Migration {
  readonly number: number
  readonly name: string
  readonly sql: string
}

const schemaPlaceholder = /\$\{schema\}/g
const fileNames = /^(\d{4})-([a-z0-9-]+)\.sql$/
const schemaNames = /^[a-z][a-z0-9_]{0,50}$/

/**
 * Brings a schema up to date, in one transaction, so that a failed start leaves nothing half done. Many instances may do it
 * at once on an empty database. Throws SCHEMA_TOO_NEW if a newer release has migrated it.
 */
export async function migrate(pool: pg.Pool, series: MigrationSeries): Promise<void> {
  const { schema, name, onProgress } = series
  if (!schemaNames.test(schema)) throw new ElvesError('CONFIG_INVALID', `not a schema name: ${schema}`)
  const migrations = await readMigrations(series)
  await inTransaction(pool, async (client) => {
    // "if not exists" alone still fails when two sessions create the same thing at once.
    await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`${schema}.migrations`])
    await client.query(`create schema if not exists ${schema}`)
    await client.query(`create table if not exists ${schema}.migrations (
      series text not null, number int not null, name text not null, applied_at timestamptz not null default now(), primary key (series, number))`)
    const { rows } = await client.query<{ number: number }>(`select number from ${schema}.migrations where series = $1`, [name])
    const applied = new Set(rows.map((row) => row.number))
    refuseNewer(series, migrations, Math.max(0, ...applied))
    const onNotice = ({ message }: { readonly message?: string | undefined }) => onProgress?.(message ?? '')
    client.on('notice', onNotice)
    try {
      for (const migration of migrations) {
        if (applied.has(migration.number)) continue
        await client.query(migration.sql)
        await client.query(`insert into ${schema}.migrations (series, number, name) values ($1, $2, $3)`, [name, migration.number, migration.name])
      }
    } finally {
      client.off('notice', onNotice)
    }
  })
}

function refuseNewer({ schema, name }: MigrationSeries, migrations: readonly Migration[], newestApplied: number): void {
  const newestKnown = migrations.at(-1)?.number ?? 0
  if (newestApplied <= newestKnown) return
  throw new ElvesError('SCHEMA_TOO_NEW', `${schema}: ${name} is at ${newestApplied}, this release knows ${newestKnown}; start a newer release`, {
    facts: { schema, name, newestApplied, newestKnown },
  })
}

async function readMigrations({ dir, schema }: MigrationSeries): Promise<Migration[]> {
  const files = (await readdir(dir)).filter((file) => file.endsWith('.sql')).sort()
  return Promise.all(
    files.map(async (file) => {
      const match = fileNames.exec(file)
      if (!match) throw new ElvesError('CONFIG_INVALID', `not a migration's name: ${join(dir, file)}`)
      const text = await readFile(join(dir, file), 'utf8')
      return { number: Number(match[1]), name: match[2] as string, sql: text.replaceAll(schemaPlaceholder, schema) }
    }),
  )
}
