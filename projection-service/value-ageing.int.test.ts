import { createHash, randomUUID } from 'node:crypto'
import { noTaskOptions } from '@elves/core/domain/task/options.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { readSettings } from '@elves/core/foundation/read-settings.ts'
import { migrateReadModels } from '@elves/core/read-models/migrate.ts'
import { postgresReadModels } from '@elves/core/read-models/postgres-read-models.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import { inlineValue } from '@elves/schemas/codec/value.ts'
import { allEvents, type ReadModelDatabase, readModelDatabase } from '@elves/tests/support/read-model-database.ts'
import { appendInOrder, sampleHistory } from '@elves/tests/support/sample-history.ts'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ProjectionService, projectionService } from './projection-service.ts'
import { rebuild } from './rebuild.ts'
import { ageOutValues, valueAgeing } from './value-ageing.ts'
import { verify } from './verification.ts'

let database: ReadModelDatabase
let service: ProjectionService
let readModels: ReadModels

beforeEach(async () => {
  database = await readModelDatabase()
  await migrateReadModels(database.pool)
  service = await projectionService({
    store: database.store,
    log: database.store,
    pool: database.pool,
    logger: silentLogger,
    registry: new Registry(),
  })
  readModels = await postgresReadModels({ connectionString: database.url, logger: silentLogger })
})

afterEach(async () => {
  await readModels.close()
  await service.stop()
  await database.close()
})

const context = { actor: { kind: 'LOCAL', id: 'local', name: null }, correlationId: 'c', causationId: null, metadata: {} } as const
const attempt = { agentId: 'a', app: 'b', attempt: 1 } as const
const large = 'ü'.repeat(1_000)
const reference = { sha256: createHash('sha256').update(large).digest('hex'), byteCount: 2_000 }

async function request(id: string, param: string): Promise<void> {
  const fixed = { kind: 'INSTANT', agentIp: '10.0.0.1', func: 'f', proxy: null, processor: false, timeoutMs: 0 } as const
  const data = { ...fixed, ...noTaskOptions, agentId: 'a', app: 'b', param: inlineValue(param), idempotencyKey: null, requestHash: 'hash' }
  const event = { id: randomUUID(), event: { type: 'TaskRequested', data }, context } as const
  await database.store.append([{ stream: taskStream(id), expectedVersion: -1, events: [event] }])
}

async function end(id: string, message: string, printed: string | null = null): Promise<void> {
  const more = { costMs: 1, truncated: false, byteCount: message.length, sha256: null, altered: false, printed, exit: null }
  const output = { workerFlag: 1, message: inlineValue(message), ...more }
  const event = { id: randomUUID(), event: { type: 'TaskSucceeded', data: { ...attempt, happenedAt: 1, output, isLate: false } }, context } as const
  await database.store.append([{ stream: taskStream(id), expectedVersion: 0, events: [event] }])
}

const parts = () => ({ store: database.store, connectionString: database.url })
const projected = async () => service.reached(await database.store.head(), 20_000)
const rule = 'ELVES_VALUES_KEPT_DAYS=30'
const ageOut = (keptMs = 0) => ageOutValues({ ...database, keptMs, rule })
const told = async () => (await database.store.readStream('ageing-values')).map(({ event }) => ({ ...event.data }))
const withoutData = (events: readonly RecordedEvent[]) => JSON.stringify(events.map(({ event, ...rest }) => ({ ...rest, type: event.type })))

test('large values of tasks that ended go, their events stay, and the read models are still what the log says, also after a rebuild', async () => {
  await appendInOrder(database.store, sampleHistory({ seed: 4, tasks: 20, agents: 2 }))
  await request('0000000000000001', large)
  await end('0000000000000001', large, large)
  await request('0000000000000002', 'small')
  await end('0000000000000002', 'small')
  await request('0000000000000003', large)
  await projected()
  const before = await allEvents(database.store)
  expect(await ageOut(86_400_000)).toBe(0)
  expect(JSON.stringify(await allEvents(database.store))).toBe(JSON.stringify(before))

  expect(await ageOut()).toBe(1)
  const [tellingIt, ...others] = (await allEvents(database.store)).slice(before.length)
  expect([tellingIt?.event, tellingIt?.context.actor, others]).toEqual([
    { type: 'ValuesAgedOut', data: { rule, through: before.length, tasks: [] } },
    { kind: 'SYSTEM', id: 'value-ageing', name: null },
    [],
  ])
  const after = (await allEvents(database.store)).slice(0, before.length)
  expect(withoutData(after)).toBe(withoutData(before))
  const changed = after.filter((event, index) => JSON.stringify(event) !== JSON.stringify(before[index]))
  expect(changed.map(({ stream, version }) => [stream, version])).toEqual([
    ['task-0000000000000001', 0],
    ['task-0000000000000001', 1],
  ])
  const aged = await readModels.task('0000000000000001')
  const value = { inline: null, encrypted: null, reference }
  expect(aged).toMatchObject({ param: value, output: { message: value, workerFlag: 1, byteCount: 1_000 } })
  expect(aged?.output?.printed).toBe(`[aged out: 2000 bytes, SHA-256 ${reference.sha256}]`)
  expect((await readModels.task('0000000000000002'))?.param?.inline).toBe('small')
  expect(await verify(parts())).toMatchObject({ isSame: true })
  await rebuild(parts())
  expect(await verify(parts())).toMatchObject({ isSame: true })
  expect(await readModels.task('0000000000000001')).toMatchObject({ param: value })
  await expect(database.pool.query(`update elves.events set data = ''`)).rejects.toThrow('events are never changed')
})

test('a task that is open when its turn comes keeps its parameter until it has ended', async () => {
  await request('0000000000000003', large)
  await projected()
  expect(await ageOut()).toBe(0)
  expect((await readModels.task('0000000000000003'))?.param?.inline).toBe(large)
  await end('0000000000000003', 'done')
  await projected()
  expect(await ageOut()).toBe(1)
  expect((await readModels.task('0000000000000003'))?.param).toMatchObject({ inline: null, reference })
  expect(await ageOut()).toBe(0)
  expect(await told()).toEqual([
    { rule, through: 1, tasks: [] },
    // The event that told it is behind it, and has had its turn.
    { rule, through: 2, tasks: ['0000000000000003'] },
  ])
  expect(await verify(parts())).toMatchObject({ isSame: true })
})

test('an event that is not old enough keeps its values, though another one of its task is', async () => {
  await request('0000000000000004', large)
  await projected()
  await end('0000000000000004', large)
  await projected()
  const client = await database.pool.connect()
  // The triggers that keep events as they are do not run then.
  await client.query('set session_replication_role = replica')
  await client.query(`update elves.events set recorded_at = recorded_at - interval '1 day' where stream_version = 0`)
  await client.query('reset session_replication_role')
  client.release()
  expect(await ageOut(3_600_000)).toBe(1)
  const task = await readModels.task('0000000000000004')
  expect([task?.param?.inline, task?.output?.message.inline]).toEqual([null, large])
})

test('values that went before the log told it are said to be gone', async () => {
  await request('0000000000000005', 'small')
  await projected()
  await database.pool.query('update elves.aged_values set through = 1')
  await ageOut()
  expect(await told()).toEqual([{ rule: 'ELVES_VALUES_KEPT_DAYS, by an earlier release', through: 1, tasks: [] }])
})

test('nothing is aged out unless the setting says so, and never from an EventStoreDB', async () => {
  const options = { store: database.store, pool: database.pool, owner: 'test', logger: silentLogger }
  expect(valueAgeing({ ...options, settings: readSettings({}) })).toBeNull()
  const settings = readSettings({ ELVES_VALUES_KEPT_DAYS: '30', ELVES_EVENTSTOREDB_URL: 'esdb://localhost' })
  expect(() => valueAgeing({ ...options, settings })).toThrow('ELVES_VALUES_KEPT_DAYS')
})
