import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { folderLock } from '@elves/core/foundation/folder-lock.ts'
import { type Running, Stack } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { Settings } from '@elves/core/foundation/settings.ts'
import pg from 'pg'
import { embeddedPostgres } from './postgres/embedded-postgres.ts'

/** A database that a tool works on; `stop` ends what was started for it. */
export interface DatabaseOfTool extends Running {
  readonly url: string
}

/**
 * What `--database-url` or ELVES_DATABASE_URL names, else the database of the standalone that runs on the data folder,
 * else that folder's embedded Postgres, started for the tool. Throws CONFIG_INVALID, DATA_FOLDER_IN_USE.
 */
export async function databaseOfTool(args: readonly string[], settings: Settings, logger: Logger): Promise<DatabaseOfTool> {
  const given = databaseUrlOf(args) ?? settings.ELVES_DATABASE_URL
  if (given !== '') return { url: given, stop: async () => undefined }
  const dataDir = resolve(settings.ELVES_DATA_DIR)
  const dir = join(dataDir, 'postgres')
  const running = await runningUrl(dir)
  if (running !== null) return { url: running, stop: async () => undefined }
  if (!existsSync(join(dir, 'password'))) {
    throw new ElvesError('CONFIG_INVALID', `no database is in ${dir}; name one by --database-url, or its folder by ELVES_DATA_DIR`)
  }
  const stack = new Stack(logger)
  // So that a standalone that starts meanwhile does not take this server for an orphan.
  stack.use('folder lock', await folderLock(dataDir))
  try {
    const { url } = stack.use('postgres', await embeddedPostgres({ dir, logger }))
    return { url, stop: () => stack.stop() }
  } catch (error) {
    await stack.stop()
    throw error
  }
}

/** Throws CONFIG_INVALID for an option that the tools do not have. */
function databaseUrlOf(args: readonly string[]): string | undefined {
  try {
    return parseArgs({ args: [...args], options: { 'database-url': { type: 'string' } } }).values['database-url']
  } catch (cause) {
    throw new ElvesError('CONFIG_INVALID', `${(cause as Error).message}; --help tells more`, { cause })
  }
}

/** Null where no server of this folder answers: a killed one leaves its file behind. */
async function runningUrl(dir: string): Promise<string | null> {
  try {
    const { url } = JSON.parse(await readFile(join(dir, 'connection.json'), 'utf8')) as { url: string }
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 })
    await client.connect()
    await client.end()
    return url
  } catch {
    return null
  }
}
