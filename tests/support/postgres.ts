import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import type {} from './postgres-setup.ts'
import { databaseUrl, run } from './statements.ts'

/** A new, empty database on the test run's server. */
export interface TestDatabase {
  readonly url: string
  /** Ends every connection to the database and removes it. */
  drop(): Promise<void>
}

/** For `int` tests: call this in `beforeAll` or in the test, and `drop()` at the end. */
export function testDatabase(): Promise<TestDatabase> {
  return copyOf('template1')
}

/** The same with an up-to-date schema `elves`, whose log has an id of its own. */
export async function migratedDatabase(): Promise<TestDatabase> {
  const database = await copyOf(inject('eventingTemplate'))
  await run(database.url, `update elves.log set log_id = substr(replace(gen_random_uuid()::text, '-', ''), 1, 8)`)
  return database
}

async function copyOf(template: string): Promise<TestDatabase> {
  const server = inject('databaseServerUrl')
  const name = `test_${randomBytes(6).toString('hex')}`
  // The server's usual way writes each page to its log.
  await run(server, `create database ${name} template ${template} strategy file_copy`)
  return { url: databaseUrl(server, name), drop: () => run(server, `drop database if exists ${name} with (force)`) }
}
