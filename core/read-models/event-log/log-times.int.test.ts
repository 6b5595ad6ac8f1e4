import { testDatabase } from '@elves/tests/support/postgres.ts'
import { allEvents, allRows, projectInto, type ReadModelDatabase, readModelDatabase } from '@elves/tests/support/read-model-database.ts'
import { appendInOrder, sampleHistory } from '@elves/tests/support/sample-history.ts'
import { seeded } from '@elves/tests/support/sample-parts.ts'
import { testPool } from '@elves/tests/support/test-pool.ts'
import type pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import { silentLogger } from '../../foundation/log.ts'
import { postgresReadModels } from '../postgres-read-models.ts'
import type { ReadModels } from '../read-models.ts'
import { logPartOf } from './log-times.ts'

const schema = 'elves_read'
const page = { first: 500, after: null }
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

/** Events of a store elsewhere whose clock goes forward, stands, and now and then goes back. */
async function eventsByAnUnsteadyClock(seed: number): Promise<readonly RecordedEvent[]> {
  await appendInOrder(database.store, sampleHistory({ seed, tasks: 30, agents: 3 }))
  const random = seeded(seed)
  let now = 1_700_000_000_000
  return (await allEvents(database.store)).map((event) => {
    now += random() < 0.1 ? -Math.floor(random() * 5_000) : Math.floor(random() * 400)
    return { ...event, recordedAt: now }
  })
}

async function elsewhere(events: readonly RecordedEvent[], batch: number): Promise<{ readonly pool: pg.Pool; readonly readModels: ReadModels }> {
  const other = await testDatabase()
  const pool = testPool(other.url)
  closers.push(
    () => other.drop(),
    () => pool.end(),
  )
  const batches = Array.from({ length: Math.ceil(events.length / batch) }, (_, index) => events.slice(index * batch, (index + 1) * batch))
  await projectInto(pool, schema, batches)
  const readModels = await postgresReadModels({ connectionString: other.url, schema, logger: silentLogger })
  closers.push(() => readModels.close())
  return { pool, readModels }
}

test('a range of time has every event that was recorded in it, also where the clock of a store elsewhere went back', async () => {
  const events = await eventsByAnUnsteadyClock(11)
  const { readModels } = await elsewhere(events, 40)
  const random = seeded(12)
  for (let count = 0; count < 40; count++) {
    const [one, other] = [events[Math.floor(random() * events.length)], events[Math.floor(random() * events.length)]] as [
      RecordedEvent,
      RecordedEvent,
    ]
    const [from, to] = [Math.min(one.recordedAt, other.recordedAt), Math.max(one.recordedAt, other.recordedAt)]
    const found = await readModels.events({ from, to }, 'OLDEST_FIRST', page)
    const expected = events.filter(({ recordedAt }) => recordedAt >= from && recordedAt < to)
    expect(found.edges.map(({ node }) => node.position)).toEqual(expected.slice(0, page.first).map(({ position }) => position))
    const requested = expected.filter(({ event }) => event.type === 'TaskRequested').map(({ stream }) => stream)
    const tasks = await readModels.tasks({ requestedFrom: from, requestedTo: to }, page)
    expect(tasks.edges.map(({ node }) => `task-${node.id}`).toReversed()).toEqual(requested)
  }
})

test('how far the clock went back is the same, whatever the size of the batches', async () => {
  const events = await eventsByAnUnsteadyClock(13)
  const [large, small] = [await elsewhere(events, 1_000), await elsewhere(events, 3)]
  const [one, other] = [await allRows(large.pool, schema), await allRows(small.pool, schema)]
  expect(one['log_clock']).toHaveLength(1)
  expect(other['log_clock']).toEqual(one['log_clock'])
})

test('a part of a log whose times only grow is exact, and ends after the last event', async () => {
  await appendInOrder(database.store, sampleHistory({ seed: 3, tasks: 10, agents: 2 }))
  const events = await allEvents(database.store)
  await projectInto(database.pool, schema, [events])
  const sequences = events.map(({ position }) => Number.parseInt(position.slice(9), 16))
  const [first, last] = [events[0], events.at(-1)] as [RecordedEvent, RecordedEvent]
  const end = (sequences.at(-1) ?? 0) + 1
  expect(await logPartOf(database.pool, schema, {})).toEqual({ first: null, end: null, isExact: true })
  expect(await logPartOf(database.pool, schema, { from: first.recordedAt, to: last.recordedAt + 1 })).toEqual({ first: 1, end, isExact: true })
  expect(await logPartOf(database.pool, schema, { from: last.recordedAt + 1, to: first.recordedAt })).toEqual({ first: end, end: 1, isExact: true })
  expect(await logPartOf(database.pool, schema, { from: -9e15, to: 9e15 })).toEqual({ first: 1, end, isExact: true })
  for (const [index, event] of events.entries()) {
    const part = await logPartOf(database.pool, schema, { from: event.recordedAt })
    expect(part.first).toBe(sequences[events.findIndex(({ recordedAt }) => recordedAt >= event.recordedAt)])
    expect(part.first ?? 0).toBeLessThanOrEqual(sequences[index] ?? 0)
  }
})
