import { largeAppend, sampleAppend, sampleStream } from '@elves/tests/contracts/sample-events.ts'
import { describe, expect, it } from 'vitest'
import type { EventFeed } from '../event-feed.ts'
import type { EventBatch, RecordedEvent } from '../event-store.ts'
import { memoryEventStore } from '../memory/memory-event-store.ts'
import { mergingFeed, Urgency } from './merged-batches.ts'

const longMs = 60_000

function setUp(forMs: number, isWanted: (event: RecordedEvent) => boolean = () => true, maxEvents = 6) {
  const store = memoryEventStore()
  const urgency = new Urgency()
  const stopping = new AbortController()
  let asks = 0
  const source: EventFeed = {
    head: () => store.head(),
    async *subscribe(options) {
      for await (const batch of store.subscribe(options)) {
        asks += 1
        yield batch
      }
    },
  }
  const batches = mergingFeed(source, { forMs, maxEvents, urgency, isWanted }).subscribe({ after: null, signal: stopping.signal })
  const iterator = batches[Symbol.asyncIterator]()
  const run = () => store.append([sampleAppend(sampleStream(), -1, 2)])
  const next = async () => (await iterator.next()).value as EventBatch
  return { store, urgency, stopping, iterator, run, next, asked: () => asks }
}

describe('merging live batches', () => {
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

  it('passes on at once when somebody can not wait', async () => {
    const { run, next, urgency } = setUp(longMs)
    await next()
    const merged = next()
    await run()
    urgency.begin()
    expect((await merged).events).toHaveLength(2)
  })

  it('passes on what came while it rested, too, once somebody can not wait', async () => {
    const { run, next, urgency } = setUp(longMs, () => true, 100)
    await next()
    const merged = next()
    for (let times = 0; times < 5; times++) await run()
    urgency.begin()
    expect((await merged).events).toHaveLength(10)
  })

  it('does not ask the source for each append while batches gather', async () => {
    const { run, next, asked, urgency } = setUp(longMs, () => true, 1_000)
    await next()
    const merged = next()
    const before = asked()
    for (let times = 0; times < 200; times++) await run()
    urgency.begin()
    expect((await merged).events).toHaveLength(400)
    expect(asked() - before).toBeLessThan(100)
  })

  it('passes on when there is enough', async () => {
    const { run, next } = setUp(longMs)
    await next()
    const merged = next()
    for (let times = 0; times < 3; times++) await run()
    expect((await merged).events).toHaveLength(6)
  })

  it('passes on when there are 8 MiB, however few events that is', async () => {
    const { next, store } = setUp(longMs, () => true, 10_000)
    await next()
    const merged = next()
    for (let times = 0; times < 140; times++) await store.append([largeAppend(sampleStream(), 'p'.repeat(63_000))])
    expect((await merged).events.length).toBeGreaterThan(130)
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
    broken.urgency.begin()
    await broken.next()
    await broken.iterator.return?.()
  })
})
