import { randomUUID } from 'node:crypto'
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encode } from '@elves/schemas/codec/codec.ts'
import type { EventContext } from '@elves/schemas/generated/types.ts'
import { type EventingDatabase, eventingDatabase } from '@elves/tests/support/eventing-database.ts'
import { testDatabase } from '@elves/tests/support/postgres.ts'
import { testPool } from '@elves/tests/support/test-pool.ts'
import type pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { silentLogger } from '../../foundation/log.ts'
import type { Append, AppendResult, EventStore, NewEvent, RecordedEvent } from '../event-store.ts'
import { logExtent, rawEvents } from './event-copy.ts'
import { migrateEventing } from './eventing-schema.ts'
import { migrate } from './migrate.ts'
import { postgresEventStore } from './postgres-event-store.ts'

let database: EventingDatabase
let store: EventStore

beforeEach(async () => {
  database = await eventingDatabase()
  store = await database.store()
})

afterEach(() => database.close())

const contextBy = (id: string): EventContext => ({ actor: { kind: 'LOCAL', id, name: null }, correlationId: id, causationId: null, metadata: {} })

function newEvent(context: EventContext): NewEvent {
  return { id: randomUUID(), event: { type: 'TaskStarted', data: { agentId: 'a', app: 'b', attempt: 1, happenedAt: 1 } }, context }
}

function appendOf(stream: string, expectedVersion: number, contexts: readonly EventContext[]): Append {
  return { stream, expectedVersion, events: contexts.map(newEvent) }
}

const recordedOf = (results: readonly AppendResult[]): RecordedEvent[] => results.flatMap((result) => (result.ok ? result.recorded : []))
const plain = (events: readonly RecordedEvent[]): unknown => JSON.parse(JSON.stringify(events))

/** Puts an event into the log so that the next one gets this position. */
async function fillUpTo(pool: pg.Pool, next: number): Promise<void> {
  const text = `insert into elves.events (position, stream_id, stream_version, event_id, type, recorded_at, context, data)
    values ($1, 'task-filler', 0, gen_random_uuid(), 'TaskStarted', now(), $2, $3)`
  const data = encode('TaskStarted', { agentId: 'a', app: 'b', attempt: 1, happenedAt: 1 })
  await pool.query(text, [next - 1, encode('EventContext', contextBy('filler')), data])
}

async function partitions(pool: pg.Pool): Promise<string[]> {
  const text = `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'elves.events'::regclass order by 1`
  return (await pool.query<{ name: string }>(text)).rows.map(({ name }) => name)
}

test('a log goes on in a new partition: without a gap, with its versions checked, and forbidden to change', async () => {
  await fillUpTo(database.pool, 9_999_999)
  const contexts = [contextBy('x'), contextBy('x'), contextBy('x')]
  const [first, ...rest] = [appendOf('task-A', -1, contexts), appendOf('task-B', -1, contexts)]
  const written = recordedOf(await store.append([first as Append, ...rest]))
  expect(written.map(({ position }) => Number.parseInt(position.slice(9), 16)).sort()).toEqual(
    Array.from({ length: 6 }, (_, n) => 9_999_999 + n).sort(),
  )
  expect(await partitions(database.pool)).toEqual(['events_0', 'events_1'])
  for (const stream of ['task-A', 'task-B']) expect((await store.readStream(stream)).map(({ version }) => version)).toEqual([0, 1, 2])
  expect(await store.append([appendOf('task-A', -1, contexts)])).toEqual([{ ok: false, conflict: { currentVersion: 2 } }])
  expect(await store.append([first as Append])).toMatchObject([{ ok: true, isRepeat: true }])
  await store.append([appendOf('task-A', 2, [contextBy('y')])])
  const all = await store.readAll({ from: null, direction: 'forwards', limit: 100 })
  expect(all).toHaveLength(8)
  expect(plain(await store.readAll({ from: null, direction: 'backwards', limit: 100 }))).toEqual(plain(all.toReversed()))
  for (const table of ['events', 'events_0', 'events_1']) {
    await expect(database.pool.query(`delete from elves.${table}`)).rejects.toThrow('events are never changed')
  }
})

test('a context that events of an append share is kept once, and read with each of them from wherever a read begins', async () => {
  const shared = contextBy('shared')
  const results = await store.append([
    appendOf('task-A', -1, [shared, shared, contextBy('other'), shared, shared]),
    appendOf('task-B', -1, [shared, shared]),
  ])
  const { rows } = await database.pool.query<{ kept: number }>('select count(context)::int as kept from elves.events')
  expect(rows).toEqual([{ kept: 4 }])
  const written = recordedOf(results).sort((one, other) => (one.position < other.position ? -1 : 1))
  const all = await store.readAll({ from: null, direction: 'forwards', limit: 100 })
  expect(plain(all)).toEqual(plain(written))
  for (const [index, { position, stream, version }] of all.entries()) {
    expect(plain(await store.readAll({ from: position, direction: 'forwards', limit: 3 }))).toEqual(plain(all.slice(index + 1, index + 4)))
    const before = await store.readAll({ from: position, direction: 'backwards', limit: 2 })
    expect(plain(before)).toEqual(plain(all.slice(Math.max(0, index - 2), index).toReversed()))
    const ofStream = all.filter((event) => event.stream === stream && event.version >= version)
    expect(plain(await store.readStream(stream, { from: version }))).toEqual(plain(ofStream))
  }
  const byStream = await store.readStreams(['task-B', 'task-A'])
  expect(byStream.map(plain)).toEqual(['task-B', 'task-A'].map((wanted) => plain(all.filter(({ stream }) => stream === wanted))))
  const raw = []
  for await (const page of rawEvents(database.pool, (await logExtent(database.pool)).last)) raw.push(...page)
  expect(raw.map(({ context }) => context.toString('hex'))).toEqual(all.map(({ context }) => encode('EventContext', context).toString('hex')))
})

test('a log of a release without partitions is taken over with its events, and goes on', async () => {
  const old = await testDatabase()
  const pool = testPool(old.url)
  try {
    await migrateTo(pool, 3)
    await fillUpTo(pool, 12_345_679)
    await pool.query(
      `insert into elves.events select position + 1, 'task-A', 0, gen_random_uuid(), type, recorded_at, context, data from elves.events`,
    )
    const said: string[] = []
    await migrateEventing(pool, 'elves', (text) => said.push(text))
    expect(said.join('\n')).toContain('12345679 events')
    expect(await partitions(pool)).toEqual(['events_0'])
    const taken = await postgresEventStore({ connectionString: old.url, logger: silentLogger })
    try {
      expect(await taken.append([appendOf('task-A', -1, [contextBy('x')])])).toEqual([{ ok: false, conflict: { currentVersion: 0 } }])
      await taken.append([appendOf('task-A', 0, [contextBy('x'), contextBy('x')])])
      expect((await taken.readStream('task-A')).map(({ version, context }) => [version, context.actor.id])).toEqual([
        [0, 'filler'],
        [1, 'x'],
        [2, 'x'],
      ])
    } finally {
      await taken.close()
    }
  } finally {
    await pool.end()
    await old.drop()
  }
})

/** Makes the tables as they were after this migration. */
async function migrateTo(pool: pg.Pool, last: number): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'elves-before-'))
  try {
    const names = (await readdir(join(import.meta.dirname, 'migrations'))).sort().slice(0, last)
    for (const name of names) await cp(join(import.meta.dirname, 'migrations', name), join(dir, name))
    await migrate(pool, { schema: 'elves', name: 'eventing', dir })
  } finally {
    await rm(dir, { recursive: true })
  }
}
