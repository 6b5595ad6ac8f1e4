import { allEvents, allRows, projectInto, type ReadModelDatabase, readModelDatabase, rowsOf } from '@elves/tests/support/read-model-database.ts'
import { appendInOrder, sampleHistory } from '@elves/tests/support/sample-history.ts'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { taskAggregate } from '../domain/task/task.ts'
import type { RecordedEvent } from '../eventing/event-store.ts'
import { silentLogger } from '../foundation/log.ts'
import { eventLogReadModel } from './event-log/index.ts'
import { postgresReadModels } from './postgres-read-models.ts'
import type { AnyReadModel } from './read-model.ts'
import { allReadModels, readModelTables } from './registry.ts'
import { tasksReadModel } from './tasks/index.ts'
import { foldTaskView } from './tasks/task-view.ts'

let database: ReadModelDatabase
let events: readonly RecordedEvent[]
let expected: Awaited<ReturnType<typeof allRows>>

beforeAll(async () => {
  database = await readModelDatabase()
  await appendInOrder(database.store, sampleHistory({ seed: 7, tasks: 50, agents: 6, plans: 6 }))
  events = await allEvents(database.store)
  await projectInto(database.pool, 'one_batch', [events])
  expected = await allRows(database.pool, 'one_batch')
})

afterAll(() => database.close())

test('every task comes out as the fold of its own stream', async () => {
  const readModels = await postgresReadModels({ connectionString: database.url, schema: 'one_batch', logger: silentLogger })
  try {
    const streams = Map.groupBy(
      events.filter((event) => taskAggregate.isEvent(event)),
      ({ stream }) => stream,
    )
    expect(streams.size).toBeGreaterThan(50)
    for (const [stream, ofTask] of streams) {
      const view = await readModels.task(taskAggregate.idOf(stream) ?? '')
      expect(view).toEqual(plain(foldTaskView(ofTask)))
    }
  } finally {
    await readModels.close()
  }
})

test('the counters are what counting the rows would give', async () => {
  const counters = new Map(expected['counters']?.map((row) => [(row as { name: string }).name, (row as { value: number }).value]))
  for (const table of ['tasks', 'agents', 'queues', 'schedules', 'webhooks'] as const) {
    const byState = Map.groupBy(expected[table] as { state: string }[], ({ state }) => state)
    for (const [name, value] of counters) if (name.startsWith(`${table}.`)) expect(value).toBe(byState.get(name.slice(table.length + 1))?.length ?? 0)
    for (const [state, rows] of byState) expect(counters.get(`${table}.${state}`)).toBe(rows.length)
  }
  expect(counters.get('events')).toBe(events.length)
})

test('batches of any size, with events delivered twice, give the same tables row for row', async () => {
  let run = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ size: fc.integer({ min: 1, max: 60 }), again: fc.integer({ min: 0, max: 40 }) }), { minLength: 3 }),
      async (cuts) => {
        const schema = `random_${run++}`
        await projectInto(database.pool, schema, cutIntoBatches(cuts))
        expect(await allRows(database.pool, schema)).toEqual(expected)
        await database.pool.query(`drop schema ${schema} cascade`)
      },
    ),
    { numRuns: 6 },
  )
})

test('every batch delivered twice gives the same tables row for row', async () => {
  const batches = cutIntoBatches([{ size: 50, again: 0 }]).flatMap((batch) => [batch, batch, [...batch, ...batch]])
  await projectInto(database.pool, 'twice', batches)
  expect(await allRows(database.pool, 'twice')).toEqual(expected)
})

test('one event a batch gives the same tables row for row', async () => {
  await projectInto(
    database.pool,
    'single',
    events.map((event) => [event]),
  )
  expect(await allRows(database.pool, 'single')).toEqual(expected)
})

test('an event of a type that this build does not know stops the batch as EVENT_UNREADABLE', async () => {
  const [first] = events
  const unknown = { ...first, event: { type: 'TaskTeleported', data: {} } } as unknown as RecordedEvent
  await expect(projectInto(database.pool, 'unknown_type', [[unknown]], [eventLogReadModel])).rejects.toMatchObject({ code: 'EVENT_UNREADABLE' })
})

/** Cuts batches of these sizes, again and again to the end; each batch begins with some events of the one before. */
function cutIntoBatches(cuts: readonly { readonly size: number; readonly again: number }[]): RecordedEvent[][] {
  const batches: RecordedEvent[][] = []
  let from = 0
  while (from < events.length) {
    const { size, again } = cuts[batches.length % cuts.length] ?? { size: 1, again: 0 }
    batches.push(events.slice(Math.max(0, from - again), from + size))
    from += size
  }
  return batches
}

/** As rows return it: without the classes of the Avro decoder. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

test('every table of the schema is one of a read model, or book-keeping of the projectors', async () => {
  const { rows } = await database.pool.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'one_batch' order by 1`,
  )
  const bookkeeping = ['checkpoints', 'projector_states']
  expect(rows.map(({ name }) => name)).toEqual([...bookkeeping, ...readModelTables.map(({ name }) => name)].sort())
})

test('a table belongs to one projector, and a projector writes no row for events of aggregates that it does not read', async () => {
  expect(new Set(readModelTables.map(({ name }) => name)).size).toBe(readModelTables.length)
  for (const projector of allReadModels) {
    const others = events.filter((event) => !projector.reads.some((aggregate) => aggregate.isEvent(event)))
    const schema = `not_read_by_${projector.name.replaceAll('-', '_')}`
    await projectInto(database.pool, schema, [others], [projector])
    const rows = await allRows(database.pool, schema)
    for (const { name } of projector.tables) expect(rows[name], `${projector.name} writes nothing for what it does not read`).toEqual([])
  }
})

test('each read model gives the same rows, whether events come at once, one by one or again', async () => {
  const some = events.slice(0, 150)
  for (const readModel of allReadModels) {
    const rows = await rowsOf(database.pool, readModel, some)
    for (const { name } of readModel.tables) expect(rows[name]).toBeDefined()
  }
})

test('rows that depend on how often an event comes are told', async () => {
  const careless: AnyReadModel = {
    ...tasksReadModel,
    name: 'careless',
    async apply(client, schema, batch) {
      const text = `insert into ${schema}.counters (name, value, sequence) values ('careless', $1, 0)
        on conflict (name) do update set value = counters.value + excluded.value`
      await client.query(text, [batch.length])
    },
  }
  await expect(rowsOf(database.pool, careless, events.slice(0, 3))).rejects.toMatchObject({ code: 'ERR_ASSERTION' })
})
