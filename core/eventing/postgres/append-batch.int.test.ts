import { sampleAppend, sampleStream } from '@elves/tests/contracts/sample-events.ts'
import { type EventingDatabase, eventingDatabase } from '@elves/tests/support/eventing-database.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EventStore, RecordedEvent } from '../event-store.ts'
import { parsePosition } from '../position.ts'
import { eventsOfNews } from './append-batch.ts'

let database: EventingDatabase
let store: EventStore
let listener: pg.Client
const heard: string[] = []

beforeAll(async () => {
  database = await eventingDatabase()
  store = await database.store()
  listener = new pg.Client({ connectionString: database.url })
  await listener.connect()
  listener.on('notification', ({ payload = '' }) => void heard.push(payload))
  await listener.query('listen elves_events')
})

afterAll(async () => {
  await listener.end()
  await database.close()
})

/** The notification of an append. */
async function newsOf(append: () => Promise<unknown>): Promise<string> {
  heard.length = 0
  await append()
  await waitFor(() => heard.length > 0)
  return heard[0] ?? ''
}

async function logId(): Promise<string> {
  return parsePosition(await store.head()).logId
}

test('the notification of a small append has its events as they are in the log', async () => {
  const before = await store.head()
  const payload = await newsOf(() => store.append([sampleAppend(sampleStream(), -1, 2), sampleAppend(sampleStream(), -1, 1)]))
  const events = await store.readAll({ from: before, direction: 'forwards', limit: 10 })
  expect(events).toHaveLength(3)
  expect(eventsOfNews(await logId(), payload)).toEqual(events)
})

test('the notification of a large append, and of one that did not fit, has none', async () => {
  expect(await newsOf(() => store.append([sampleAppend(sampleStream(), -1, 100)]))).toBe('')
  const append = sampleAppend(sampleStream(), -1, 1)
  await newsOf(() => store.append([append]))
  expect(
    await newsOf(() => store.append([{ ...sampleAppend(sampleStream(), -1, 1), stream: append.stream }, sampleAppend(sampleStream(), -1, 1)])),
  ).toBe('')
})

test('another process hears of all events once and in order, whether they came with the news or not', async () => {
  const follower = await database.anotherStore()
  const ending = new AbortController()
  const after = await store.head()
  const seen: RecordedEvent[] = []
  const reading = (async () => {
    for await (const batch of follower.subscribe({ after, signal: ending.signal })) seen.push(...batch.events)
  })()
  const writers = [store, await database.anotherStore()]
  const sizes = [1, 3, 60, 2, 100, 1, 1, 5]
  await Promise.all(
    writers.map(async (writer) => {
      for (const size of sizes) await writer.append([sampleAppend(sampleStream(), -1, size)])
    }),
  )
  const total = 2 * sizes.reduce((sum, size) => sum + size)
  await waitFor(() => seen.length >= total)
  ending.abort()
  await reading
  expect(seen).toEqual(await store.readAll({ from: after, direction: 'forwards', limit: 1000 }))
})

test('what is no news of events is none', () => {
  for (const payload of ['', '7 1', '7 1 AAAA', '7 1 ']) expect(eventsOfNews('00000000', payload)).toBeNull()
})
