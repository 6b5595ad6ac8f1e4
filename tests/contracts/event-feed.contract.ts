import type { EventFeed } from '@elves/core/eventing/event-feed.ts'
import type { EventBatch, EventStore, RecordedEvent, Subscribe } from '@elves/core/eventing/event-store.ts'
import { formatPosition, parsePosition } from '@elves/core/eventing/position.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { recordedOf, sampleAppend, sampleStream } from './sample-events.ts'

/** A store, and the feed for those that follow its log: the store itself, or a stream beside it. */
export interface FedStore {
  readonly store: EventStore
  readonly feed: EventFeed
}

/** Starts with an empty log. */
export interface FeedUnderTest extends FedStore {
  /** Opens another instance of both on the same log; a store that lives in one process returns itself. */
  another(): Promise<FedStore>
  /** Closes all instances and removes the log. */
  close(): Promise<void>
}

/** What every event feed promises, so that a projector can't tell which one feeds it. */
export function eventFeedContract(name: string, makeFeed: () => Promise<FeedUnderTest>): void {
  describe(`event feed: ${name}`, () => {
    let shared: FeedUnderTest
    beforeAll(async () => {
      shared = await makeFeed()
    })
    afterAll(() => shared.close())
    const store = () => shared.store
    const feed = () => shared.feed

    it('says at once that it is caught up where nothing is new', async () => {
      const position = await feed().head()
      const following = follow(feed(), { after: position })
      expect(await following.next()).toEqual({ events: [], position, isCaughtUp: true })
      await following.stop()
    })

    it('catches up in batches of the size asked, says when it has, and goes on live', async () => {
      const after = await feed().head()
      const [old] = await store().append([sampleAppend(sampleStream(), -1, 5)])
      const following = follow(feed(), { after, batchSize: 2 })
      const batches = [await following.next(), await following.next(), await following.next()]
      expect(batches.map(({ events, isCaughtUp }) => [events.length, isCaughtUp])).toEqual([
        [2, false],
        [2, false],
        [1, true],
      ])
      expect(batches.flatMap(({ events }) => events)).toEqual(recordedOf(old))
      const live = following.next()
      const [fresh] = await store().append([sampleAppend(sampleStream(), -1, 2)])
      const liveBatches = [await live]
      // Live events come in batches of any size.
      while (!liveBatches.at(-1)?.isCaughtUp || liveBatches.flatMap(({ events }) => events).length < 2) liveBatches.push(await following.next())
      expect(liveBatches.flatMap(({ events }) => events)).toEqual(recordedOf(fresh))
      expect(liveBatches.at(-1)).toMatchObject({ isCaughtUp: true, position: recordedOf(fresh)[1]?.position })
      await following.stop()
    })

    it('starts with the first event where no position is given', async () => {
      const [first] = await store().readAll({ from: null, direction: 'forwards', limit: 1 })
      const following = follow(feed(), { after: null, batchSize: 1 })
      expect((await following.next()).events).toEqual([first])
      await following.stop()
    })

    it('ends when the signal aborts: while it waits, between two pulls, and before the first', async () => {
      const waiting = follow(feed(), { after: await feed().head() })
      await waiting.next()
      const pull = waiting.pull()
      waiting.abort()
      expect(await pull).toMatchObject({ done: true })

      const between = follow(feed(), { after: null, batchSize: 1 })
      await between.next()
      between.abort()
      expect(await between.pull()).toMatchObject({ done: true })

      const before = follow(feed(), { after: null })
      before.abort()
      expect(await before.pull()).toMatchObject({ done: true })
    })

    it('refuses a position of another log and one beyond the end at the first pull', async () => {
      const { logId, sequence } = parsePosition(await feed().head())
      const unknown = [formatPosition(logId === '00000000' ? '00000001' : '00000000', 0), formatPosition(logId, sequence + 1)]
      for (const after of unknown) await expect(follow(feed(), { after }).pull()).rejects.toMatchObject({ code: 'POSITION_UNKNOWN' })
      await expect(follow(feed(), { after: '' }).pull()).rejects.toMatchObject({ code: 'POSITION_INVALID' })
    })

    it('neither skips nor repeats under concurrent writers of several instances, some of which conflict', async () => {
      const after = await feed().head()
      const instances = [shared, await shared.another(), await shared.another(), await shared.another()]
      const abort = new AbortController()
      const readers = instances.map((one, index) => collect(one.feed, { after, signal: abort.signal, batchSize: [1000, 7, 64, 1][index] ?? 1 }))
      const written = (await Promise.all(instances.map((one) => writeMuch(one.store)))).flat()
      const end = await feed().head()
      for (const reader of readers) {
        const seen = await reader.until(end)
        expect(seen.map(({ position }) => position)).toEqual(written.map(({ position }) => position).sort())
        expect(seen).toEqual(written.toSorted((one, other) => (one.position < other.position ? -1 : 1)))
      }
      abort.abort()
      await Promise.all(readers.map(({ ended }) => ended))
    })

    it('serves one who reads slowly from far behind, beside those who are live', async () => {
      const made = await makeFeed()
      const slow = follow(made.feed, { after: null, batchSize: 500 })
      await slow.next()
      const written: RecordedEvent[] = []
      for (let call = 0; call < 12; call++) written.push(...recordedOf((await made.store.append([sampleAppend(sampleStream(), -1, 1000)]))[0]))
      const seen: RecordedEvent[] = []
      while (seen.length < written.length) seen.push(...(await slow.next()).events)
      expect(seen.map(({ position }) => position)).toEqual(written.map(({ position }) => position))
      await slow.stop()
      await made.close()
    })

    it('ends its subscriptions when it is closed', async () => {
      const made = await makeFeed()
      const following = follow(made.feed, { after: null })
      await following.next()
      const pull = following.pull()
      await made.close()
      expect(await pull).toMatchObject({ done: true })
    })
  })
}

function follow(feed: EventFeed, options: Omit<Subscribe, 'signal'>) {
  const abort = new AbortController()
  const iterator = feed.subscribe({ ...options, signal: abort.signal })[Symbol.asyncIterator]()
  const pull = () => iterator.next()
  return {
    pull,
    abort: () => abort.abort(),
    async next(): Promise<EventBatch> {
      const { value, done } = await pull()
      if (done) throw new Error('the subscription ended')
      return value
    },
    async stop(): Promise<void> {
      abort.abort()
      await iterator.return?.()
    },
  }
}

function collect(feed: EventFeed, options: Subscribe) {
  const events: RecordedEvent[] = []
  let position = ''
  let arrived: () => void = () => undefined
  const run = async () => {
    for await (const batch of feed.subscribe(options)) {
      events.push(...batch.events)
      position = batch.position
      arrived()
    }
  }
  return {
    ended: run(),
    async until(end: string): Promise<readonly RecordedEvent[]> {
      while (position < end) {
        await new Promise<void>((resolve) => {
          arrived = resolve
        })
      }
      return events
    },
  }
}

/** Writes with 8 writers at once; a third of their appends collide on a stream that all of them write. */
async function writeMuch(store: EventStore): Promise<readonly RecordedEvent[]> {
  const written: RecordedEvent[] = []
  const writer = async (number: number) => {
    for (let turn = 0; turn < 25; turn++) {
      const shared = sampleAppend('task-shared', turn * 2 - 1, 2)
      const appends = turn % 3 === 0 ? [sampleAppend(sampleStream(), -1, (number % 3) + 1), shared] : [sampleAppend(sampleStream(), -1, 1)]
      for (const result of await store.append(appends)) if (result.ok) written.push(...result.recorded)
    }
  }
  await Promise.all(Array.from({ length: 8 }, (_, number) => writer(number)))
  return written
}
