import { randomUUID } from 'node:crypto'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testDatabase } from '@elves/tests/support/postgres.ts'
import { allEvents, allRows, projectInto, type ReadModelDatabase, readModelDatabase } from '@elves/tests/support/read-model-database.ts'
import { appendInOrder, sampleHistory } from '@elves/tests/support/sample-history.ts'
import { testPool } from '@elves/tests/support/test-pool.ts'
import type pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { subjectOf } from '../../domain/event-subject.ts'
import { bytesOf } from '../../eventing/encoded-event.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import { migrate } from '../../eventing/postgres/migrate.ts'
import { silentLogger } from '../../foundation/log.ts'
import { migrateReadModels } from '../migrate.ts'
import { postgresReadModels } from '../postgres-read-models.ts'
import { eventLogReadModel } from './index.ts'
import { wordOf } from './word.ts'

const schema = 'elves_read'
let database: ReadModelDatabase
let closers: (() => Promise<unknown>)[]

beforeEach(async () => {
  database = await readModelDatabase()
  closers = []
})

afterEach(async () => {
  for (const close of closers.toReversed()) await close()
  await database.close()
})

/** A database beside that of the store, for read models. */
async function elsewhere(): Promise<{ readonly url: string; readonly pool: pg.Pool }> {
  const other = await testDatabase()
  const pool = testPool(other.url)
  closers.push(
    () => other.drop(),
    () => pool.end(),
  )
  return { url: other.url, pool }
}

async function sampleEvents(): Promise<readonly RecordedEvent[]> {
  await appendInOrder(database.store, sampleHistory({ seed: 5, tasks: 40, agents: 4 }))
  return allEvents(database.store)
}

async function countBodies(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(`select count(*)::int as count from ${schema}.event_bodies`)
  return rows[0]?.count ?? -1
}

test('events are kept once where their store is in the same database, and kept by the read model where it is not', async () => {
  const events = await sampleEvents()
  const other = await elsewhere()
  for (const [{ url, pool }, kept] of [
    [database, 0],
    [other, events.length],
  ] as const) {
    await projectInto(pool, schema, [events.slice(0, 50), events.slice(50)])
    expect(await countBodies(pool)).toBe(kept)
    const readModels = await postgresReadModels({ connectionString: url, schema, logger: silentLogger })
    closers.push(() => readModels.close())
    const page = { first: 500, after: null }
    const listed = (await readModels.events({}, 'OLDEST_FIRST', page)).edges.map(({ node }) => node)
    expect(JSON.stringify(listed)).toBe(JSON.stringify(events.slice(0, 500)))
    const stream = events[7]?.stream ?? ''
    const ofStream = (await readModels.streamEvents(stream, page)).edges.map(({ node }) => node.id)
    expect(ofStream).toEqual(events.filter((event) => event.stream === stream).map(({ id }) => id))
    const { entries } = await readModels.eventsAfter(events[3]?.position ?? '', { events: 9, bytes: 1e6 })
    expect(entries.map(({ position }) => position)).toEqual(events.slice(4, 13).map(({ position }) => position))
  }
})

test('texts that have the same number are told apart', async () => {
  const [one, other] = ['c17439', 'c24164'] as const
  expect(wordOf(one)).toBe(wordOf(other))
  for (const [correlationId, id] of [
    [one, other],
    [other, one],
  ] as const) {
    const context = { actor: { kind: 'LOCAL', id, name: null }, correlationId, causationId: null, metadata: {} } as const
    const event = { type: 'TaskCancelRequested', data: { agentId: correlationId, app: correlationId, reason: null, idempotencyKey: null } } as const
    await database.store.append([{ stream: `task-${correlationId}`, expectedVersion: -1, events: [{ id: randomUUID(), event, context }] }])
  }
  const events = await allEvents(database.store)
  await migrateReadModels(database.pool)
  const readModels = await postgresReadModels({ connectionString: database.url, schema, logger: silentLogger })
  closers.push(() => readModels.close())
  const client = await database.pool.connect()
  await eventLogReadModel.apply(client, schema, events)
  await client.query(`insert into ${schema}.checkpoints (name, position) values ('event-log', $1)`, [events.at(-1)?.position])
  client.release()
  for (const text of [one, other]) {
    for (const filter of [{ correlationId: text }, { actors: [text === one ? other : one] }, { agents: [text] }, { apps: [text] }]) {
      const { edges } = await readModels.events(filter, 'NEWEST_FIRST', { first: 5, after: null })
      expect(edges.map(({ node }) => node.stream)).toEqual([`task-${text}`])
    }
  }
})

test('the database and this code give a text the same number', async () => {
  await migrateReadModels(database.pool)
  for (const text of ['', 'a', 'Ünïcode 字 💡', 'x'.repeat(10_000)]) {
    const { rows } = await database.pool.query<{ word: number }>(`select ${schema}.word($1) as word`, [text])
    expect(rows[0]?.word).toBe(wordOf(text))
  }
})

test.each(['here', 'elsewhere'])('an audit log of a release that kept all bytes is taken over, with a store %s', async (where) => {
  const events = await sampleEvents()
  const { pool } = where === 'here' ? database : await elsewhere()
  await migrateToFirst(pool)
  for (const event of events) await insertAsBefore(pool, event)
  await pool.query(`insert into ${schema}.checkpoints (name, position) values ('event-log', $1)`, [events.at(-1)?.position])
  const said: string[] = []
  await migrateReadModels(pool, schema, (text) => said.push(text))
  expect(said.join('\n')).toContain(`${events.length} of ${events.length} events`)
  await projectInto(pool, 'fresh', [events])
  const [migrated, fresh] = [await allRows(pool, schema), await allRows(pool, 'fresh')]
  for (const table of ['event_log', 'event_bodies']) expect(migrated[table]).toEqual(fresh[table])
  expect(await countBodies(pool)).toBe(where === 'here' ? 0 : events.length)
})

/** Makes the tables as the first release had them. */
async function migrateToFirst(pool: pg.Pool): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'elves-first-'))
  try {
    await cp(join(import.meta.dirname, '../migrations/0001-read-models.sql'), join(dir, '0001-read-models.sql'))
    await migrate(pool, { schema, name: 'read-models', dir })
  } finally {
    await rm(dir, { recursive: true })
  }
}

/** Inserts a row as that release did. */
async function insertAsBefore(pool: pg.Pool, recorded: RecordedEvent): Promise<void> {
  const { agentId, app } = subjectOf(recorded.event)
  const { context, data } = bytesOf(recorded)
  const text = `insert into ${schema}.event_log
    (sequence, stream, version, type, recorded_at, event_id, actor_id, correlation_id, agent_id, app, context, data)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`
  const sequence = Number.parseInt(recorded.position.slice(9), 16)
  const { stream, version, event, recordedAt, id } = recorded
  const { actor, correlationId } = recorded.context
  await pool.query(text, [sequence, stream, version, event.type, recordedAt, id, actor.id, correlationId, agentId, app, context, data])
}
