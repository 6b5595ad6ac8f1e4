import type { EventStore, RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { memoryEventStore } from '@elves/core/eventing/memory/memory-event-store.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { readSettings } from '@elves/core/foundation/read-settings.ts'
import { migrateReadModels } from '@elves/core/read-models/migrate.ts'
import { postgresReadModels } from '@elves/core/read-models/postgres-read-models.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import { memoryCommandApi } from '@elves/tests/support/memory-command-api.ts'
import { allEvents, projectInto, type ReadModelDatabase, readModelDatabase } from '@elves/tests/support/read-model-database.ts'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readPosition } from '../read-side/read-position.ts'
import { entriesAfter, type FollowedLog } from '../subscriptions/followed-log.ts'
import { logOfProcess } from '../subscriptions/log-of-process.ts'
import { headOfReadModel } from '../subscriptions/log-of-read-model.ts'

/** A query-service of its own, without Kafka. No projector runs here, so the read models stay where they are. */

let database: ReadModelDatabase
let ips = 0
const closing: (() => Promise<void>)[] = []
beforeEach(async () => {
  database = await readModelDatabase()
})
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
  await database.close()
})

/** Writes events of a new ip. */
async function write(store: EventStore, count = 1): Promise<readonly RecordedEvent[]> {
  const ip = `10.0.0.${++ips}`
  const commands = memoryCommandApi(store)
  const claim = { type: 'AgentIpClaimed', data: { ip, agentId: 'a'.repeat(32), previousAgentId: null } } as const
  return commands.append(
    `agentip-${ip}`,
    Array.from({ length: count }, () => claim),
  )
}

async function opened(): Promise<{ log: FollowedLog; readModels: ReadModels }> {
  const readModels = await postgresReadModels({ connectionString: database.url, logger: silentLogger })
  const position = readPosition(readModels)
  const settings = readSettings({ ELVES_DATABASE_URL: database.url })
  const log = await logOfProcess({ settings, readModels, logger: silentLogger }, position)
  closing.push(
    () => readModels.close(),
    async () => position.stop(),
    () => log.close(),
  )
  return { log, readModels }
}

test('follows the event store where that is in the same database, however far the read models are', async () => {
  const written = await write(database.store, 3)
  await projectInto(database.pool, 'elves_read', [written])
  const { log, readModels } = await opened()
  const news = await write(database.store, 2)
  const entries = entriesAfter(log, written.at(-1)?.position ?? '', { signal: AbortSignal.timeout(30_000) })
  expect((await entries.next()).value).toEqual(news)
  await entries.return()
  expect([await log.head(), await headOfReadModel(readModels)]).toEqual([news.at(-1)?.position, written.at(-1)?.position])
  expect((await log.streamEvents(news[0]?.stream ?? '', { first: 1, after: null })).edges.map(({ node }) => node)).toEqual(news.slice(0, 1))
})

test('follows the read model where the events are in another store', async () => {
  const elsewhere = memoryEventStore()
  await write(elsewhere, 3)
  const events = await allEvents(elsewhere)
  await projectInto(database.pool, 'elves_read', [events])
  await write(database.store, 2)
  const { log } = await opened()
  expect(await log.head()).toBe(events.at(-1)?.position)
  const entries = entriesAfter(log, events[0]?.position ?? '', { signal: AbortSignal.timeout(30_000) })
  expect((await entries.next()).value).toEqual(events.slice(1))
  await entries.return()
})

test('follows the read model where the user of the database may not see the events, and before anything happened', async () => {
  await migrateReadModels(database.pool)
  const password = 'of-a-test'
  const { database: name } = new pg.Client({ connectionString: database.url })
  const role = `reader_${name}`
  await database.pool.query(`create role ${role} login password '${password}'; grant usage on schema elves_read to ${role};
    grant select on all tables in schema elves_read to ${role}`)
  closing.push(async () => void (await database.pool.query(`drop owned by ${role}; drop role ${role}`)))
  const url = new URL(database.url)
  url.username = role
  url.password = password
  const readModels = await postgresReadModels({ connectionString: String(url), logger: silentLogger })
  const position = readPosition(readModels)
  const settings = readSettings({ ELVES_DATABASE_URL: String(url) })
  const log = await logOfProcess({ settings, readModels, logger: silentLogger }, position)
  closing.push(
    () => readModels.close(),
    async () => position.stop(),
    () => log.close(),
  )
  expect(await log.head()).toBe(`00000000-${'0'.repeat(16)}`)
})
