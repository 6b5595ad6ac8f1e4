import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { removeDataFolder } from '@elves/standalone/postgres/data-folder.ts'
import { embeddedPostgres } from '@elves/standalone/postgres/embedded-postgres.ts'
import pg from 'pg'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    databaseServerUrl: string
  }
}

/** Provides one Postgres for the whole run: an embedded one, or the server that ELVES_TEST_DATABASE_URL names. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['ELVES_TEST_DATABASE_URL']
  if (given !== undefined && given !== '') {
    project.provide('databaseServerUrl', given)
    return async () => undefined
  }
  const dir = await mkdtemp(join(tmpdir(), 'elves-test-postgres-'))
  await chmod(dir, 0o755)
  const server = await embeddedPostgres({ dir: join(dir, 'postgres'), logger: silentLogger })
  await letWritesRest(server.url)
  project.provide('databaseServerUrl', server.url)
  return async () => {
    await server.stop()
    await removeDataFolder(join(dir, 'postgres'))
    await rm(dir, { recursive: true, force: true })
  }
}

/**
 * Has the server flush nothing to the disk: nobody kills it, and its folder does not outlive the run. What has to survive a kill is
 * tested on servers of its own.
 */
async function letWritesRest(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    for (const name of ['fsync', 'synchronous_commit', 'full_page_writes']) await client.query(`alter system set ${name} = off`)
    await client.query('select pg_reload_conf()')
  } finally {
    await client.end()
  }
}
