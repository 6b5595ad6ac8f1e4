import { recordedOf, sampleAppend, sampleStream } from '@elves/tests/contracts/sample-events.ts'
import { type EventingDatabase, eventingDatabase } from '@elves/tests/support/eventing-database.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import type pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ElvesError } from '../../foundation/errors.ts'
import { silentLogger } from '../../foundation/log.ts'
import type { EventStore, RecordedEvent } from '../event-store.ts'
import { databasePool } from '../postgres/database-pool.ts'
import { type EventPass, type PassHandler, runEventPass } from './event-pass.ts'

let database: EventingDatabase
let pool: pg.Pool
let store: EventStore
let passes: EventPass[]
beforeEach(async () => {
  database = await eventingDatabase()
  // As in production: statements of all handlers travel together.
  pool = databasePool(database.url, 5, silentLogger)
  pool.on('error', () => undefined)
  store = await database.store()
  passes = []
  await pool.query('create table seen (nr serial, handler text, id uuid, transaction xid8 default pg_current_xact_id())')
})
afterEach(async () => {
  await Promise.all(passes.map((pass) => pass.stop()))
  await pool.end()
  await database.close()
})

type Apply = PassHandler['apply']

async function note(name: string, client: pg.ClientBase, events: readonly RecordedEvent[]): Promise<void> {
  for (const { id } of events) await client.query('insert into seen (handler, id) values ($1, $2)', [name, id])
}

/** A pass of handlers that note each event; `instead` has those that do something else. */
function run(names: readonly string[], instead: Readonly<Record<string, Apply>> = {}, from = store): EventPass {
  const pass = runEventPass({
    reviveMs: 20,
    store: from,
    pool,
    schema: 'elves',
    logger: silentLogger,
    batchSize: 3,
    handlers: names.map((name) => ({ name, apply: instead[name] ?? ((client, events) => note(name, client, events)) })),
    lock: async () => undefined,
  })
  passes.push(pass)
  return pass
}

async function write(count: number): Promise<string[]> {
  const [result] = await store.append([sampleAppend(sampleStream(), -1, count)])
  return recordedOf(result).map(({ id }) => id)
}

async function seen(handler: string): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>('select id from seen where handler = $1 order by nr', [handler])
  return rows.map(({ id }) => id)
}

function stateOf(pass: EventPass, handler: string) {
  return pass.status().find(({ name }) => name === handler)
}

/** Resolves when a handler of this name has got to the head of the log. */
function reaches(pass: EventPass, handler: string, position: string): Promise<unknown> {
  return waitFor(() => stateOf(pass, handler)?.position === position, { what: `${handler} at ${position}` })
}

test('all handlers get each event once and in order, and one transaction a batch, across restarts', async () => {
  const ids = await write(7)
  const first = run(['a', 'b'])
  await first.reached(await store.head(), 10_000)
  expect(first.status()).toMatchObject([
    { name: 'a', state: 'LIVE', error: null },
    { name: 'b', state: 'LIVE', error: null },
  ])
  await first.stop()
  expect(first.status().map(({ state }) => state)).toEqual(['STOPPED', 'STOPPED'])
  ids.push(...(await write(3)))
  await run(['a', 'b']).reached(await store.head(), 10_000)
  expect(await seen('a')).toEqual(ids)
  expect(await seen('b')).toEqual(ids)
  const { rows } = await pool.query('select from seen group by id having count(distinct transaction) > 1')
  expect(rows).toEqual([])
})

test('one notification tells which handlers have got where', async () => {
  const listener = await database.pool.connect()
  const heard: (string | undefined)[] = []
  listener.on('notification', ({ payload }) => heard.push(payload))
  await listener.query('listen elves_commit')
  await write(2)
  const head = await store.head()
  await run(['a', 'b']).reached(head, 10_000)
  await waitFor(() => heard.length > 0)
  expect(heard).toEqual([`a,b ${head}`])
  listener.release(true)
})

test.each([
  ['an error of its own', () => Promise.reject(new ElvesError('EVENT_UNREADABLE', 'what is this?')), 'EVENT_UNREADABLE'],
  ['a statement that the database refuses', (client: pg.ClientBase) => client.query('select 1 / 0').then(() => undefined), 'INTERNAL'],
])('a handler that fails by %s stops alone, and the others go on', async (_, apply, code) => {
  const ids = await write(2)
  const pass = run(['bad', 'good'], { bad: apply })
  await waitFor(() => stateOf(pass, 'bad')?.state === 'STOPPED')
  expect(stateOf(pass, 'bad')).toMatchObject({ position: null, error: { code } })
  ids.push(...(await write(5)))
  await reaches(pass, 'good', await store.head())
  expect(await seen('good')).toEqual(ids)
  expect(stateOf(pass, 'good')).toMatchObject({ state: 'LIVE', error: null })
  await expect(pass.reached(await store.head(), 10_000)).rejects.toMatchObject({ code: 'READ_MODEL_BEHIND' })
  const { rows } = await pool.query('select name from elves.checkpoints')
  expect(rows).toEqual([{ name: 'good' }])
})

test('a handler that stopped goes on with the others once somebody else has moved its checkpoint', async () => {
  const [first] = await write(2)
  let isBad = true
  const bad: Apply = async (client, events) => {
    if (isBad && events.some(({ id }) => id === first)) throw new ElvesError('INTERNAL', 'this one not')
    await note('bad', client, events)
  }
  const pass = run(['bad', 'good'], { bad })
  await waitFor(() => stateOf(pass, 'bad')?.state === 'STOPPED')
  const later = await write(2)
  // It does not go on by itself.
  await reaches(pass, 'good', await store.head())
  expect(stateOf(pass, 'bad')?.state).toBe('STOPPED')
  const [, second] = await store.readAll({ from: null, direction: 'forwards', limit: 2 })
  await pool.query('insert into elves.checkpoints (name, position) values ($1, $2)', ['bad', second?.position])
  isBad = false
  await waitFor(() => stateOf(pass, 'bad')?.state === 'LIVE')
  await pass.reached(await store.head(), 10_000)
  expect(await seen('bad')).toEqual(later)
  const more = await write(1)
  await pass.reached(await store.head(), 10_000)
  expect(await seen('bad')).toEqual([...later, ...more])
})

test('a handler that fails once goes on with the others, without a gap or a repetition', async () => {
  let isFirst = true
  const ids = await write(2)
  const pass = run(['a', 'b'], {
    async b(client, events) {
      await note('b', client, events)
      if (isFirst) {
        isFirst = false
        throw new Error('once')
      }
    },
  })
  for (let times = 0; times < 5; times++) ids.push(...(await write(3)))
  await pass.reached(await store.head(), 10_000)
  ids.push(...(await write(1)))
  await pass.reached(await store.head(), 10_000)
  expect(await seen('a')).toEqual(ids)
  expect(await seen('b')).toEqual(ids)
  // They go together again when the last event is in one transaction for both.
  await waitFor(async () => {
    ids.push(...(await write(1)))
    await pass.reached(await store.head(), 10_000)
    return (await lastTransactions()).size === 1
  })
  expect(await seen('b')).toEqual(ids)
})

test('a new handler catches up beside the others, which do not wait for it, and then goes with them', async () => {
  const ids = await write(8)
  const first = run(['a'])
  await first.reached(await store.head(), 10_000)
  await first.stop()
  const hold = Promise.withResolvers<void>()
  const pass = run(['a', 'new'], {
    async new(client, events) {
      await hold.promise
      await note('new', client, events)
    },
  })
  ids.push(...(await write(4)))
  await reaches(pass, 'a', await store.head())
  expect(stateOf(pass, 'a')?.state).toBe('LIVE')
  expect(stateOf(pass, 'new')).toMatchObject({ state: 'CATCHING_UP', position: null })
  hold.resolve()
  await pass.reached(await store.head(), 10_000)
  // It has joined when the last event is in one transaction for both.
  await waitFor(async () => {
    ids.push(...(await write(1)))
    await pass.reached(await store.head(), 10_000)
    return (await lastTransactions()).size === 1
  })
  expect(await seen('a')).toEqual(ids)
  expect(await seen('new')).toEqual(ids)
})

test('nothing of a batch is written if the database breaks off, and it goes on when that is back', async () => {
  let cuts = 0
  const pass = run(['a', 'b'], {
    async b(client, events) {
      await note('b', client, events)
      if (cuts++ < 2) await client.query('select pg_terminate_backend(pg_backend_pid())')
    },
  })
  const ids = await write(3)
  await pass.reached(await store.head(), 20_000)
  expect(await seen('a')).toEqual(ids)
  expect(await seen('b')).toEqual(ids)
  expect(stateOf(pass, 'b')).toMatchObject({ error: null })
})

test('handles each event once though two instances run at once', async () => {
  const two = [run(['a', 'b']), run(['b', 'a'], {}, await database.anotherStore())]
  const ids: string[] = []
  for (let call = 0; call < 20; call++) ids.push(...(await write(2)))
  const head = await store.head()
  await Promise.all(two.map((pass) => pass.reached(head, 30_000)))
  expect(await seen('a')).toEqual(ids)
  expect(await seen('b')).toEqual(ids)
})

/** The transactions in which the handlers got the last event. */
async function lastTransactions(): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ transaction: string }>('select transaction from seen where id = (select id from seen order by nr desc limit 1)')
  return new Set(rows.map(({ transaction }) => transaction))
}
