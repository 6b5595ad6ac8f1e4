import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrateCommandService } from '@elves/command-service/command-schema.ts'
import { migrateEventing } from '@elves/core/eventing/postgres/eventing-schema.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { removeDataFolder } from '@elves/standalone/postgres/data-folder.ts'
import { embeddedPostgres } from '@elves/standalone/postgres/embedded-postgres.ts'
import type { TestProject } from 'vitest/node'
import { databaseUrl, run } from './statements.ts'
import { testPool } from './test-pool.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    databaseServerUrl: string
    /** A database with an up-to-date schema `elves`, of the log and of the write side, and nothing in it. */
    eventingTemplate: string
  }
}

/** Provides one Postgres for the whole run: an embedded one, or the server that ELVES_TEST_DATABASE_URL names. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['ELVES_TEST_DATABASE_URL']
  if (given !== undefined && given !== '') {
    project.provide('databaseServerUrl', given)
    const template = await eventingTemplate(given)
    project.provide('eventingTemplate', template)
    return () => run(given, `drop database if exists ${template} with (force)`)
  }
  const dir = await mkdtemp(join(tmpdir(), 'elves-test-postgres-'))
  await chmod(dir, 0o755)
  const server = await embeddedPostgres({ dir: join(dir, 'postgres'), logger: silentLogger })
  await letWritesRest(server.url)
  project.provide('databaseServerUrl', server.url)
  project.provide('eventingTemplate', await eventingTemplate(server.url))
  return async () => {
    await server.stop()
    await removeDataFolder(join(dir, 'postgres'))
    await rm(dir, { recursive: true, force: true })
  }
}

/** Migrates once what every test would migrate for itself: a copy takes a tenth of the time. */
async function eventingTemplate(server: string): Promise<string> {
  const name = `test_template_${randomBytes(6).toString('hex')}`
  await run(server, `create database ${name}`)
  const pool = testPool(databaseUrl(server, name))
  try {
    await migrateEventing(pool)
    await migrateCommandService(pool)
  } finally {
    await pool.end()
  }
  return name
}

/**
 * Has the server flush nothing to the disk: nobody kills it, and its folder does not outlive the run. What has to survive a kill is
 * tested on servers of its own.
 */
async function letWritesRest(connectionString: string): Promise<void> {
  const settings = ['fsync', 'synchronous_commit', 'full_page_writes'].map((name) => `alter system set ${name} = off`)
  await run(connectionString, ...settings, 'select pg_reload_conf()')
}
