import { type EventingDatabase, eventingDatabase } from '@elves/tests/support/eventing-database.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loggerOn } from '../../foundation/log.ts'
import { LogOutlet } from '../../foundation/log-outlet.ts'
import { databasePool } from './database-pool.ts'

let database: EventingDatabase
beforeEach(async () => {
  database = await eventingDatabase()
})
afterEach(() => database.close())

test('an idle connection that is lost is logged without what the client knows', async () => {
  const lines: string[] = []
  const logger = loggerOn(new LogOutlet(2), 'test', 'debug', { write: (line: string) => void lines.push(line) })
  const pool = databasePool(database.url, 1, logger)
  try {
    const { rows } = await pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    await database.pool.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid])
    await waitFor(() => lines.length > 0, { what: 'the line' })
  } finally {
    await pool.end()
  }
  const { msg, err } = JSON.parse(lines[0] ?? '') as { msg: string; err: { code: string } }
  expect([msg, err.code]).toEqual(['an idle connection to the database was lost', '57P01'])
  expect(Object.keys(err).sort()).toEqual(['code', 'message', 'stack', 'type'])
})
