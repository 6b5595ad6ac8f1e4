import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { folderHolder, folderLock } from '@elves/core/foundation/folder-lock.ts'
import { type Running, Stack } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { database, type Settings } from '@elves/core/foundation/settings.ts'
import pg from 'pg'
import { embeddedPostgres } from './postgres/embedded-postgres.ts'

/** A database that a tool works on; `stop` also stops the server, if one was started for the tool. */
export interface DatabaseOfTool extends Running {
  readonly url: string
}

/** The tools' command line option for the database. */
export const databaseOption = [
  '--database-url <url>',
  'the database, postgres://…; default ELVES_DATABASE_URL, else that of ELVES_DATA_DIR, running or not',
] as const

export interface WantedDatabase {
  /** Value of `--database-url`. */
  readonly databaseUrl: string | undefined
  readonly settings: Settings
  readonly logger: Logger
}

/**
 * Uses the database that `--database-url` or ELVES_DATABASE_URL names; else the database of the standalone that runs on the data folder;
 * else starts that folder's embedded Postgres for the tool. Throws CONFIG_INVALID, DATA_FOLDER_IN_USE, and STORE_UNAVAILABLE if a
 * platform runs on the folder and its Postgres takes no connection.
 */
export async function databaseOfTool({ databaseUrl, settings, logger }: WantedDatabase): Promise<DatabaseOfTool> {
  if (databaseUrl !== undefined && database.read(databaseUrl) === undefined) {
    throw new ElvesError('CONFIG_INVALID', `--database-url: expected ${database.expects}`)
  }
  const given = databaseUrl ?? settings.ELVES_DATABASE_URL
  if (given !== '') return { url: given, stop: async () => undefined }
  const dataDir = resolve(settings.ELVES_DATA_DIR)
  const dir = join(dataDir, 'postgres')
  const running = await runningUrl(dataDir, dir)
  if (running !== null) return { url: running, stop: async () => undefined }
  if (!existsSync(join(dir, 'password'))) {
    throw new ElvesError('CONFIG_INVALID', `no database is in ${dir}; name one by --database-url, or its folder by ELVES_DATA_DIR`)
  }
  const stack = new Stack(logger)
  // The lock keeps a standalone that starts meanwhile from stopping this server as an orphan.
  stack.use('folder lock', await folderLock(dataDir))
  try {
    const { url } = stack.use('postgres', await embeddedPostgres({ dir, logger }))
    return { url, stop: () => stack.stop() }
  } catch (error) {
    await stack.stop()
    throw error
  }
}

/**
 * Returns null if no platform runs on the folder; a killed platform leaves its file behind. While one runs, the tool must use its
 * database; if that takes no connection, the error says why.
 */
async function runningUrl(dataDir: string, dir: string): Promise<string | null> {
  const text = await readFile(join(dir, 'connection.json'), 'utf8').catch(() => null)
  if (text === null) return null
  const { url } = JSON.parse(text) as { url: string }
  const refusal = await connectionRefusal(url)
  if (refusal === null) return url
  const holder = await folderHolder(dataDir)
  if (holder === null) return null
  holder.unwatch()
  const message = `A platform (pid ${holder.pid}) runs on ${dataDir}, but its Postgres takes no connection: ${refusal}`
  throw new ElvesError('STORE_UNAVAILABLE', message, { canRetry: true, facts: { pid: holder.pid } })
}

/** Returns why the server takes no connection; null if it takes one. */
async function connectionRefusal(connectionString: string): Promise<string | null> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5000, query_timeout: 5000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('select 1')
    return null
  } catch (error) {
    return (error as Error).message
  } finally {
    await client.end().catch(() => undefined)
  }
}
