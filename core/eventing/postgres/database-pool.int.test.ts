import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { type EventingDatabase, eventingDatabase } from '@elves/tests/support/eventing-database.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import type pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loggerOn, silentLogger } from '../../foundation/log.ts'
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

test('while the server is away, pools make one try at a time for all who ask; when it is back, they work', async () => {
  const server = new URL(database.url)
  let isAway = true
  let connections = 0
  const door = createServer((socket) => {
    connections += 1
    socket.on('error', () => undefined)
    if (isAway) socket.resetAndDestroy()
    else socket.pipe(connect(Number(server.port), server.hostname).on('error', () => socket.destroy())).pipe(socket)
  })
  door.listen(0, '127.0.0.1')
  await once(door, 'listening')
  const url = new URL(server)
  url.host = `127.0.0.1:${(door.address() as AddressInfo).port}`
  const pools = [databasePool(url.href, 2, silentLogger), databasePool(url.href, 2, silentLogger)]
  const failureOf = (pool: pg.Pool) =>
    pool.query('select 1').then(
      () => null,
      (error: Error) => error,
    )
  const ask = (times: number) => Promise.all(Array.from({ length: times }, () => pools.map(failureOf)).flat())
  try {
    for (const error of await ask(1)) expect(error).toMatchObject({ code: 'ECONNRESET' })
    const tried = connections
    for (const error of await ask(50)) expect(error).toMatchObject({ code: 'ECONNRESET' })
    expect(connections - tried).toBeLessThan(5)
    isAway = false
    await waitFor(async () => (await ask(1)).every((error) => error === null), { what: 'answers' })
  } finally {
    await Promise.all(pools.map((pool) => pool.end()))
    door.close()
  }
})
