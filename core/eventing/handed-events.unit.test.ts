import { randomUUID } from 'node:crypto'
import { recordedOf, sampleAppend } from '@elves/tests/contracts/sample-events.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, expect, test } from 'vitest'
import { silentLogger } from '../foundation/log.ts'
import type { RecordedEvent } from './event-store.ts'
import { feedByReads } from './feed-by-reads.ts'
import { type HandingOn, handOn } from './hand-on.ts'
import { HandedEvents, type HandedRun, handedRun } from './handed-events.ts'
import { memoryEventStore } from './memory/memory-event-store.ts'
import type { Position } from './position.ts'

let handing: HandingOn | undefined
afterEach(async () => handing?.stop())

/** As it arrives in another thread. */
const sent = (run: HandedRun): HandedRun => structuredClone(run)

async function written(count: number) {
  const store = memoryEventStore()
  const start = await store.head()
  const events: RecordedEvent[] = []
  for (let at = 0; at < count; at++) events.push(...recordedOf((await store.append([sampleAppend(`task-${randomUUID()}`, -1, 2)]))[0]))
  return { store, start, events }
}

test('events that are handed on are the same events on the other side', async () => {
  const { start, events } = await written(3)
  const handed = new HandedEvents()
  handed.push(sent(handedRun(start, events)))
  expect(handed.after(start, 100)).toEqual(events)
})

test('they are given after any position that they reach back to, and at most as many as wanted', async () => {
  const { start, events } = await written(4)
  const handed = new HandedEvents()
  expect(handed.after(start, 10)).toBeNull()
  handed.push(sent(handedRun(start, events.slice(0, 3))))
  handed.push(sent(handedRun(events[2]?.position as Position, events.slice(3))))
  for (let index = 0; index < events.length - 1; index++) {
    expect(handed.after(events[index]?.position as Position, 3)).toEqual(events.slice(index + 1, index + 4))
  }
  expect(handed.after(events.at(-1)?.position as Position, 10)).toBeNull()
})

test('a run that does not follow on the last one takes its place: what is between is for the store', async () => {
  const { start, events } = await written(4)
  const handed = new HandedEvents()
  handed.push(sent(handedRun(start, events.slice(0, 2))))
  handed.push(sent(handedRun(events[4]?.position as Position, events.slice(5))))
  expect(handed.after(start, 10)).toBeNull()
  expect(handed.after(events[2]?.position as Position, 10)).toBeNull()
  expect(handed.after(events[5]?.position as Position, 10)).toEqual(events.slice(6))
})

test('what is kept is bounded; the oldest go first', async () => {
  const { start, events } = await written(5)
  const handed = new HandedEvents()
  let after = start
  for (let at = 0; at < 1_000; at++) {
    const upTo = `${start.slice(0, 8)}${String(at + 1).padStart(start.length - 8, '0')}`
    handed.push({ ...sent(handedRun(after, events)), upTo })
    after = upTo
  }
  expect(handed.after(start, 1)).toBeNull()
})

test('an event that can not be decoded ends the page before it, and is left to the store', async () => {
  const { start, events } = await written(2)
  const run = sent(handedRun(start, events))
  const [offset = 0, length = 0] = run.numbers.subarray(2 * 6 + 4)
  new Uint8Array(run.bytes, offset, length).fill(0)
  const handed = new HandedEvents()
  handed.push(run)
  expect(handed.after(start, 10)).toEqual(events.slice(0, 2))
  expect(handed.after(events[1]?.position as Position, 10)).toBeNull()
})

test('a feed that is handed all events in time reads none, and one that is not reads them', async () => {
  const store = memoryEventStore()
  await store.append([sampleAppend('task-first', -1)])
  let reads = 0
  const readAll: typeof store.readAll = (read) => {
    reads += 1
    return store.readAll(read)
  }
  const feed = feedByReads({ readAll, head: () => store.head() }, { pollMs: 3_600_000 })
  const stopping = new AbortController()
  const seen: RecordedEvent[] = []
  const following = (async () => {
    for await (const { events } of feed.subscribe({ after: null, signal: stopping.signal })) seen.push(...events)
  })()
  await waitFor(() => seen.length === 1)
  const readsBefore = reads
  let isHanding = true
  handing = handOn({ store, gatherMs: 3_600_000, logger: silentLogger, hand: (run) => isHanding && feed.news(sent(run)) })
  // It begins at the end of the log, so an event that comes before is read.
  await new Promise((resolve) => setImmediate(resolve))
  for (let at = 0; at < 10; at++) {
    const [result] = await store.append([sampleAppend(`task-${at}`, -1, 3)])
    handing.hurry(recordedOf(result).at(-1)?.position as Position)
    await waitFor(() => seen.length === 1 + 3 * (at + 1))
  }
  expect(reads).toBe(readsBefore)
  isHanding = false
  await store.append([sampleAppend('task-last', -1)])
  feed.news()
  await waitFor(() => seen.length === 32)
  expect(reads).toBeGreaterThan(readsBefore)
  stopping.abort()
  feed.close()
  await following
  expect(seen).toEqual(await store.readAll({ from: null, direction: 'forwards', limit: 100 }))
})
