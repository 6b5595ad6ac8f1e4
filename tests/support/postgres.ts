import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import type {} from './postgres-setup.ts'

/** A new, empty database on the test run's server. */
export interface TestDatabase {
  readonly url: string
  /** Ends every connection to the database and removes it. */
  drop(): Promise<void>
}

/** For `int` tests: call this in `beforeAll` or in the test, and `drop()` at the end. */
export async function testDatabase(): Promise<TestDatabase> {
  const server = inject('databaseServerUrl')
  const name = `test_${randomBytes(6).toString('hex')}`
  await run(server, `create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => run(server, `drop database if exists ${name} with (force)`) }
}

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
