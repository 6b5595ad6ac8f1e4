import type { EventBatch, RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { memoryEventStore } from '@elves/core/eventing/memory/memory-event-store.ts'
import { describe, expect, it } from 'vitest'
import { caller, center, request } from '../tests/center.ts'
import { gatheringStore, hurry } from './gathered-batches.ts'

const longMs = 60_000

function setUp(forMs: number, isWanted: (event: RecordedEvent) => boolean = () => true, maxEvents = 6) {
  const store = memoryEventStore()
  const haste = hurry()
  const stopping = new AbortController()
  const batches = gatheringStore(store, { forMs, maxEvents, hurry: haste, isWanted }).subscribe({ after: null, signal: stopping.signal })
  const iterator = batches[Symbol.asyncIterator]()
  const { commands } = center(store)
  const run = (changes = {}) => commands.runTask(caller, request(changes))
  const next = async () => (await iterator.next()).value as EventBatch
  return { store, haste, stopping, iterator, run, next }
}

describe('gathering live batches', () => {
  it('merges what comes within the time, and neither skips nor repeats', async () => {
    const { run, next, store } = setUp(20)
    await next()
    const merged = next()
    await run()
    await run()
    const { events, position } = await merged
    expect(events).toEqual(await store.readAll({ from: null, direction: 'forwards', limit: 100 }))
    expect(position).toBe(await store.head())
  })

  it('passes on at once when somebody is in a hurry', async () => {
    const { run, next, haste } = setUp(longMs)
    await next()
    const merged = next()
    await run()
    haste.begin()
    expect((await merged).events).toHaveLength(2)
  })

  it('passes on when there is enough', async () => {
    const { run, next } = setUp(longMs)
    await next()
    const merged = next()
    for (let tasks = 0; tasks < 3; tasks++) await run()
    expect((await merged).events).toHaveLength(6)
  })

  it('passes on when there are 8 MiB, however few events that is', async () => {
    const { run, next } = setUp(longMs, () => true, 10_000)
    await next()
    const merged = next()
    // Two events each, one of which has the parameter.
    for (let tasks = 0; tasks < 140; tasks++) await run({ param: JSON.stringify('p'.repeat(63_000)) })
    expect((await merged).events.length).toBeGreaterThan(2 * 130)
  })

  it('waits for nothing where nothing is wanted', async () => {
    const { run, next, store } = setUp(longMs, () => false)
    await next()
    const merged = next()
    await run()
    expect(await merged).toEqual({ events: [], position: await store.head(), isCaughtUp: true })
  })

  it('ends when the signal aborts, and for a consumer that breaks off while nothing comes', async () => {
    const aborted = setUp(longMs)
    await aborted.next()
    const last = aborted.iterator.next()
    aborted.stopping.abort()
    expect((await last).done).toBe(true)
    const broken = setUp(longMs)
    await broken.next()
    await broken.run()
    broken.haste.begin()
    await broken.next()
    await broken.iterator.return?.()
  })
})
