import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { readSchema } from '@elves/core/read-models/migrate.ts'
import { allEvents, allRows, projectInto, type ReadModelDatabase, readModelDatabase } from '@elves/tests/support/read-model-database.ts'
import { appendInOrder, sampleHistory } from '@elves/tests/support/sample-history.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dropReplay, replayAt, replays } from './replay-at.ts'

let database: ReadModelDatabase
let events: readonly RecordedEvent[]

beforeAll(async () => {
  database = await readModelDatabase()
  await appendInOrder(database.store, sampleHistory({ seed: 8, tasks: 12, agents: 3, plans: 2 }))
  events = await allEvents(database.store)
  await projectInto(database.pool, readSchema, [events])
})

afterAll(() => database.close())

const replayed = (at: number | string) => replayAt({ store: database.store, connectionString: database.url, at })
const inTheMiddle = () => events[Math.floor(events.length / 2)] as RecordedEvent

/** The rows that a projection of these events makes. */
async function rowsOf(name: string, seen: readonly RecordedEvent[]): Promise<Record<string, unknown[]>> {
  await projectInto(database.pool, name, [seen])
  return allRows(database.pool, name)
}

test('the read models as of an instant are those of the events up to then; the live ones stay', async () => {
  const live = await allRows(database.pool, readSchema)
  const { recordedAt } = inTheMiddle()
  const { schema, position } = await replayed(recordedAt)
  const seen = events.filter((event) => event.recordedAt <= recordedAt)
  expect(seen.length).toBeLessThan(events.length)
  expect(position).toBe(seen.at(-1)?.position)
  expect(await allRows(database.pool, schema)).toEqual(await rowsOf('expected_instant', seen))
  expect(await allRows(database.pool, readSchema)).toEqual(live)
})

test('as of a position; again for the same moment replaces it; as of later it is as now', async () => {
  const { position } = inTheMiddle()
  const { schema } = await replayed(position)
  expect((await replayed(position)).schema).toBe(schema)
  const rows = await allRows(database.pool, schema)
  expect(rows).toEqual(
    await rowsOf(
      'expected_position',
      events.filter((event) => event.position <= position),
    ),
  )
  const later = await replayed(Date.now() + 86_400_000)
  expect(await allRows(database.pool, later.schema)).toEqual(await allRows(database.pool, readSchema))
})

test('those that are there are listed, and removed one by one; nothing else is', async () => {
  const { position } = inTheMiddle()
  const { schema, builtAt } = await replayed(position)
  await database.pool.query('create schema elves_at_killed')
  const all = await replays(database.pool)
  expect(all).toContainEqual({ schema, position, builtAt })
  expect(all).toContainEqual({ schema: 'elves_at_killed', position: '', builtAt: null })
  for (const one of all) await dropReplay(database.pool, one.schema)
  expect(await replays(database.pool)).toEqual([])
  await expect(dropReplay(database.pool, readSchema)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
})

test('one that is interrupted leaves nothing, and a position of another log is refused', async () => {
  const interrupted = new AbortController()
  const { position } = inTheMiddle()
  const replaying = replayAt({
    store: {
      ...database.store,
      readAll: (asked) => database.store.readAll(asked).finally(() => interrupted.abort(new Error('stop'))),
      head: () => database.store.head(),
      countAfter: (...asked) => database.store.countAfter(...asked),
    },
    connectionString: database.url,
    at: position,
    signal: interrupted.signal,
  })
  await expect(replaying).rejects.toThrow('stop')
  expect(await replays(database.pool)).toEqual([])
  await expect(replayed(`ffffffff-${'0'.repeat(16)}`)).rejects.toMatchObject({ code: 'POSITION_UNKNOWN' })
})
