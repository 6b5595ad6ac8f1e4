import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { removeDataFolder } from '@elves/standalone/postgres/data-folder.ts'
import { embeddedPostgres } from '@elves/standalone/postgres/embedded-postgres.ts'
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
  project.provide('databaseServerUrl', server.url)
  return async () => {
    await server.stop()
    await removeDataFolder(join(dir, 'postgres'))
    await rm(dir, { recursive: true, force: true })
  }
}
