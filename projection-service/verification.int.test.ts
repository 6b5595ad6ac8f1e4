import { randomUUID } from 'node:crypto'
import { noTaskOptions } from '@elves/core/domain/task/options.ts'
import type { EventStore, RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { migrateReadModels } from '@elves/core/read-models/migrate.ts'
import { allReadModels, type ReadModelName, readModelTables } from '@elves/core/read-models/registry.ts'
import { decodeAs, encode, encodeFor, fingerprintOf } from '@elves/schemas/codec/codec.ts'
import { inlineValue } from '@elves/schemas/codec/value.ts'
import { releasedSchemas } from '@elves/schemas/generated/released.ts'
import { allRows, projectInto, type ReadModelDatabase, readModelDatabase } from '@elves/tests/support/read-model-database.ts'
import { appendInOrder, sampleHistory } from '@elves/tests/support/sample-history.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ProjectionService, projectionService } from './projection-service.ts'
import { rebuild } from './rebuild.ts'
import { type Verification, verify } from './verification.ts'
import { verifyReport } from './verify-report.ts'

let database: ReadModelDatabase
let services: ProjectionService[]

beforeEach(async () => {
  database = await readModelDatabase()
  services = []
  await migrateReadModels(database.pool)
})

afterEach(async () => {
  for (const service of services) await service.stop()
  await database.close()
})

test('follows the log, tells its position and state to other processes, and verifies as the same', async () => {
  const service = await started()
  await append(database.store, 1)
  await service.reached(await database.store.head(), 20_000)
  await waitFor(() => service.isReady())
  expect(service.status().map(({ error }) => error)).toEqual(allReadModels.map(() => null))
  await waitFor(
    async () => (await database.pool.query("select 1 from elves_read.projector_states where state = 'LIVE'")).rowCount === allReadModels.length,
  )
  const verification = await verified()
  expect(verification.isSame).toBe(true)
  expect(verification.tables.map(({ table, changed }) => [table, changed])).toEqual(readModelTables.map(({ name }) => [name, 0]))
  expect(Object.values(verification.positions)).toEqual(Array(allReadModels.length).fill(await database.store.head()))
})

test('verify names the row and the column that were changed by hand', async () => {
  const id = await projectedTask()
  await database.pool.query(`update elves_read.tasks set state = 'SUCCEEDED', version = 77 where id = $1`, [id])
  const verification = await verified()
  expect(verification.isSame).toBe(false)
  expect(verification.tables[0]).toMatchObject({ table: 'tasks', changed: 1, missing: 0, extra: 0 })
  expect(verification.tables[0]?.differences).toContainEqual(expect.objectContaining({ key: id, column: 'version', live: 77 }))
  expect(verifyReport(verification)).toContain(`DIFFERS tasks ${id} version: live 77`)
})

test('verify names rows of queues, schedules and their fires that were changed by hand', async () => {
  await projectedTask()
  await database.pool.query(`update elves_read.queues set state = 'IMAGINED' where id = (select min(id) from elves_read.queues)`)
  await database.pool.query('delete from elves_read.schedules where id = (select min(id) from elves_read.schedules)')
  await database.pool.query('update elves_read.schedule_fires set first_at = first_at + 1')
  const changed = differing(await verified()).map(([table, ...counts]) => [table, counts.some((count) => Number(count) > 0)])
  expect(changed.toSorted()).toEqual([
    ['queues', true],
    ['schedule_fires', true],
    ['schedules', true],
  ])
})

test('verify says that a database has no read models yet', async () => {
  await database.pool.query('drop schema elves_read cascade')
  await expect(verified()).rejects.toMatchObject({ code: 'READ_MODELS_MISSING', message: expect.stringContaining('npm run rebuild') })
})

test('verify finds a row that is missing and a row that no event made', async () => {
  const id = await projectedTask()
  await database.pool.query('delete from elves_read.tasks where id = $1', [id])
  await database.pool.query(`insert into elves_read.counters (name, value, sequence) values ('tasks.IMAGINED', 3, 1)`)
  await database.pool.query('delete from elves_read.event_log where sequence = 5')
  const verification = await verified()
  expect(differing(verification)).toEqual([
    ['tasks', 0, 1, 0],
    ['event_log', 0, 1, 0],
    ['counters', 0, 0, 1],
  ])
  expect(verifyReport(verification)).toMatch(/MISSING tasks [\s\S]*TOO MANY counters tasks\.IMAGINED[\s\S]*DIFFER/)
})

test('verify tells rows that an earlier release wrote with half a surrogate pair, and a rebuild mends them', async () => {
  const recorded = [
    // Postgres kept three bytes that are not UTF-8; EventStoreDB kept replacement characters.
    await storedAsBefore('A', { func: 'cut \ud83d', param: `"${'x'.repeat(100)}\ud83d"` }, (bytes) => bytes),
    await storedAsBefore('B', { func: 'cut \ud83d', param: null }, (bytes) => encode('TaskRequested', decodeAs('TaskRequested', bytes))),
  ]
  await database.pool.query('drop schema elves_read cascade')
  await projectInto(database.pool, 'elves_read', [recorded])
  const verification = await verified()
  expect(verification.isSame).toBe(false)
  expect(differing(verification)).toEqual([['tasks', 2, 0, 0]])
  const report = verifyReport(verification)
  expect(report.match(/DIFFERS .*\(half a surrogate pair\)/g)).toHaveLength(2)
  expect(report).toContain('`npm run rebuild`')
  await database.pool.query("update elves_read.tasks set app = 'other' where id = $1", ['000000000000000A'])
  expect(verifyReport(await verified()).match(/DIFFERS tasks .* app: live "other", replayed "apptest"\n/g)).toHaveLength(1)
  await rebuild(parts())
  expect(await verified()).toMatchObject({ isSame: true })
  expect(verifyReport(await verified())).not.toContain('surrogate')
})

test('rows that a release wrote with its own schema are the same to later ones', async () => {
  await projectedTask()
  const released = releasedSchemas.find(({ name, fingerprint }) => name === 'TaskSucceeded' && fingerprint !== fingerprintOf('TaskSucceeded'))
  expect(released).toBeDefined()
  const { rows } = await database.pool.query<{ position: string; data: Buffer }>(
    "select position, data from elves.events where type = 'TaskSucceeded'",
  )
  expect(rows.length).toBeGreaterThan(0)
  for (const { position, data } of rows) {
    const bytes = encodeFor([released?.fingerprint ?? ''], 'TaskSucceeded', decodeAs('TaskSucceeded', data)).toString('hex')
    await pastGuard(`update elves.events set data = '\\x${bytes}' where position = ${position}`)
  }
  expect(await verified()).toMatchObject({ isSame: true })
  await rebuild(parts())
  expect(await verified()).toMatchObject({ isSame: true })
})

test('verify compares up to a common position while events go on being appended, and leaves nothing behind', async () => {
  await started()
  const writing = Array.from({ length: 6 }, (_, index) => index + 10).reduce(
    (before, seed) => before.then(() => append(database.store, seed)),
    Promise.resolve(),
  )
  const verifications = [await verified(), await verified(), await verified()]
  await writing
  expect(verifications.map(({ isSame }) => isSame)).toEqual([true, true, true])
  expect((await schemas()).filter((name) => name.startsWith('elves_read'))).toEqual(['elves_read'])
})

test('verify that is interrupted ends with the reason and leaves nothing behind', async () => {
  await projectedTask()
  const interrupted = new AbortController()
  const verifying = verify({
    ...parts(),
    signal: interrupted.signal,
    onReplayed: () => interrupted.abort(new Error('Ctrl-C')),
  })
  await expect(verifying).rejects.toThrow('Ctrl-C')
  expect((await schemas()).filter((name) => name.startsWith('elves_read'))).toEqual(['elves_read'])
})

test('dropping every read model and replaying gives the same tables row for row', async () => {
  await projectedTask()
  const before = await allRows(database.pool, 'elves_read')
  for (const service of services.splice(0)) await service.stop()
  await database.pool.query('drop schema elves_read cascade')
  await migrateReadModels(database.pool)
  await (await started()).reached(await database.store.head(), 20_000)
  expect(await allRows(database.pool, 'elves_read')).toEqual(before)
})

test('a rebuild swaps while events are appended, and the live service goes on in the new tables', async () => {
  const migrated = await indexes()
  const service = await started()
  await append(database.store, 20)
  await service.reached(await database.store.head(), 20_000)
  await database.pool.query(`update elves_read.tasks set state = 'WRONG'`)
  const writing = [21, 22, 23, 24].reduce((before, seed) => before.then(() => append(database.store, seed)), Promise.resolve())
  await rebuild(parts())
  await rebuild(parts())
  await writing
  await append(database.store, 25)
  await service.reached(await database.store.head(), 20_000)
  expect(await verified()).toMatchObject({ isSame: true })
  expect((await schemas()).filter((name) => name.startsWith('elves_read'))).toEqual(['elves_read'])
  expect(await indexes()).toEqual(migrated)
})

test('a read model that is new to an old log catches up beside the others, and is the same afterwards', async () => {
  await projectedTask()
  for (const service of services.splice(0)) await service.stop()
  await database.pool.query("delete from elves_read.checkpoints where name = 'agents'")
  await database.pool.query("truncate elves_read.agents; delete from elves_read.counters where name like 'agents.%'")
  const service = await started()
  for (const seed of [50, 51]) await append(database.store, seed)
  await service.reached(await database.store.head(), 20_000)
  await waitFor(() => service.isReady())
  expect(await verified()).toMatchObject({ isSame: true })
})

test('two services at once project every event once', async () => {
  const both = [await started(), await started()]
  for (const seed of [30, 31, 32]) await append(database.store, seed)
  const head = await database.store.head()
  await Promise.all(both.map((service) => service.reached(head, 30_000)))
  expect(both.flatMap((service) => service.status().map(({ state }) => state))).not.toContain('STOPPED')
  expect(await verified()).toMatchObject({ isSame: true })
})

test('an event that this build can not read stops the projectors, visibly, at the event before it', async () => {
  const service = await started()
  await append(database.store, 40)
  const head = await database.store.head()
  await service.reached(head, 20_000)
  await database.pool.query(`insert into elves.events select position + 1, 'task-FFFFFFFFFFFFFFFF', 0, gen_random_uuid(), 'TaskTeleported', recorded_at, context,
    '\\xc301ffffffffffffffff00' from elves.events order by position desc limit 1`)
  await database.pool.query("select pg_notify('elves_events', '')")
  await waitFor(() => service.status().every(({ state, error }) => state === 'STOPPED' && error?.startsWith('[EVENT_UNREADABLE]')))
  expect(service.isReady()).toBe(false)
  expect(service.status().map(({ position }) => position)).toEqual(allReadModels.map(() => head))
  await waitFor(
    async () =>
      (await database.pool.query("select 1 from elves_read.projector_states where state = 'STOPPED' and error is not null")).rowCount ===
      allReadModels.length,
  )
})

/** Returns the counts of rows that were changed, are missing and are too many, of each table that has any. */
function differing({ tables }: Verification): (string | number)[][] {
  return tables
    .map(({ table, changed, missing, extra }) => [table, changed, missing, extra])
    .filter(([, ...counts]) => counts.some((count) => count !== 0))
}

async function started(): Promise<ProjectionService> {
  const { store, pool } = database
  const service = await projectionService({ store, log: store, pool, logger: silentLogger, registry: new Registry(), batchSize: 40 })
  services.push(service)
  return service
}

/** Returns the id of a task that has not succeeded, after all events are projected. */
async function projectedTask(): Promise<string> {
  const service = await started()
  await append(database.store, 2)
  await service.reached(await database.store.head(), 20_000)
  const { rows } = await database.pool.query<{ id: string }>(`select id from elves_read.tasks where state <> 'SUCCEEDED' order by id limit 1`)
  return rows[0]?.id ?? ''
}

/** Returns the event as its writer had it; the log has it as an earlier release stored it. */
async function storedAsBefore(
  nth: string,
  { func, param }: { readonly func: string; readonly param: string | null },
  kept: (bytes: Buffer) => Buffer,
): Promise<RecordedEvent> {
  const request = {
    kind: 'INSTANT',
    agentId: 'a',
    agentIp: '',
    app: 'apptest',
    proxy: null,
    processor: false,
    timeoutMs: 0,
    ...noTaskOptions,
  } as const
  const data = { ...request, func, param: param === null ? null : inlineValue(param), idempotencyKey: null, requestHash: null }
  const context = { actor: { kind: 'LOCAL', id: 'local', name: null }, correlationId: 'c', causationId: null, metadata: {} } as const
  const stream = `task-000000000000000${nth}`
  const event = { type: 'TaskRequested', data: { ...data, func: 'replaced', param: null } } as const
  const [result] = await database.store.append([{ stream, expectedVersion: -1, events: [{ id: randomUUID(), event, context }] }])
  if (!result?.ok) throw new Error('not written')
  // An append refuses such text today.
  await pastGuard(`update elves.events set data = '\\x${kept(encode('TaskRequested', data)).toString('hex')}' where stream_id = '${stream}'`)
  return { ...(result.recorded[0] as RecordedEvent), event: { type: 'TaskRequested', data } }
}

/** Changes events in a table that forbids changes. */
async function pastGuard(update: string): Promise<void> {
  await database.pool.query(`set session_replication_role = replica; ${update}; set session_replication_role = origin`)
}

function append(store: EventStore, seed: number): Promise<void> {
  return appendInOrder(store, sampleHistory({ seed, tasks: 40, agents: 4, plans: 4 }))
}

function parts(): { store: EventStore; connectionString: string } {
  return { store: database.store, connectionString: database.url }
}

function verified(): ReturnType<typeof verify> {
  return verify(parts())
}

async function indexes(): Promise<string[]> {
  const { rows } = await database.pool.query<{ indexdef: string }>("select indexdef from pg_indexes where schemaname = 'elves_read' order by 1")
  expect(rows.length).toBeGreaterThan(20)
  return rows.map(({ indexdef }) => indexdef)
}

async function schemas(): Promise<string[]> {
  const { rows } = await database.pool.query<{ name: string }>('select nspname as name from pg_namespace')
  return rows.map(({ name }) => name)
}

test('each read model alone is made anew while events are appended, and is as the log says; the others stay', async () => {
  const migrated = await indexes()
  const service = await started()
  await append(database.store, 20)
  await service.reached(await database.store.head(), 20_000)
  const oids = async () =>
    (
      await database.pool.query<{ name: string; oid: string }>(
        `select relname as name, oid from pg_class where relnamespace = 'elves_read'::regnamespace and relkind = 'r' order by 1`,
      )
    ).rows
  const writing = append(database.store, 21)
  for (const { name, tables } of allReadModels) {
    for (const table of tables) await database.pool.query(`delete from elves_read.${table.name}`)
    await database.pool.query(`update elves_read.counters set value = value + 7 where split_part(name, '.', 1) = $1`, [tables[0]?.name])
    const before = await oids()
    await rebuild({ ...parts(), readModels: [name as ReadModelName] })
    const after = await oids()
    const own = new Set(tables.map((table) => table.name))
    expect(after.filter((table) => !own.has(table.name))).toEqual(before.filter((table) => !own.has(table.name)))
    expect(after.filter((table) => own.has(table.name)).length).toBe(own.size)
  }
  await writing
  await service.reached(await database.store.head(), 20_000)
  expect(await verified()).toMatchObject({ isSame: true })
  expect((await schemas()).filter((schema) => schema.startsWith('elves_read'))).toEqual(['elves_read'])
  expect(await indexes()).toEqual(migrated)
})
