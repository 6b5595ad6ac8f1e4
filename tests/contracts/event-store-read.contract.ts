import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { formatPosition, parsePosition } from '@elves/core/eventing/position.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StoreUnderTest } from './event-store.contract.ts'
import { largeAppend, recordedOf, sampleAppend, sampleStream } from './sample-events.ts'

export function readContract(store: () => EventStore, makeStore: () => Promise<StoreUnderTest>): void {
  describe('read a stream', () => {
    it('gives its events in order, from a version on, up to a limit', async () => {
      const stream = sampleStream()
      await store().append([sampleAppend(stream, -1, 5)])
      const versions = async (options: { from?: number; limit?: number }) => (await store().readStream(stream, options)).map(({ version }) => version)
      expect(await versions({})).toEqual([0, 1, 2, 3, 4])
      expect(await versions({ from: 3 })).toEqual([3, 4])
      expect(await versions({ from: 1, limit: 2 })).toEqual([1, 2])
      expect(await versions({ from: 5 })).toEqual([])
    })

    it('gives nothing for a stream without events', async () => {
      expect(await store().readStream(sampleStream())).toEqual([])
    })

    it('gives several streams whole or from a version of each, in the order asked', async () => {
      const [one, other, none] = [sampleStream(), sampleStream(), sampleStream()]
      await store().append([sampleAppend(one, -1, 2), sampleAppend(other, -1, 1)])
      await store().append([sampleAppend(one, 1, 1)])
      const read = await store().readStreams([other, none, one])
      expect(read.map((events) => events.map(({ stream, version }) => [stream, version]))).toEqual([
        [[other, 0]],
        [],
        [
          [one, 0],
          [one, 1],
          [one, 2],
        ],
      ])
      expect(await store().readStreams([])).toEqual([])
      const ends = await store().readStreams([one, none, other], [1, 0, 1])
      expect(ends.map((events) => events.map(({ stream, version }) => [stream, version]))).toEqual([
        [
          [one, 1],
          [one, 2],
        ],
        [],
        [],
      ])
    })
  })

  describe('read what begins with a text', () => {
    it('gives the events of all such streams in the order of the log, and no others', async () => {
      const [one, other] = [sampleStream(), sampleStream()]
      await store().append([sampleAppend(`${one}-b`, -1, 2)])
      await store().append([sampleAppend(other, -1)])
      await store().append([sampleAppend(one, -1)])
      await store().append([sampleAppend(`${one}-b`, 1), sampleAppend(`x${one}`, -1)])
      const read = await store().readPrefixed([one, 'nothing-'])
      expect(read.map(({ stream, version }) => [stream, version])).toEqual([
        [`${one}-b`, 0],
        [`${one}-b`, 1],
        [one, 0],
        [`${one}-b`, 2],
      ])
      expect(read.slice(2, 3)).toEqual(await store().readStream(one))
      expect(await store().readPrefixed(['nothing-'])).toEqual([])
      // A text is a text, whatever it would mean to a store.
      expect(await store().readPrefixed([`${one.slice(0, -1)}_`, '%'])).toEqual([])
    })
  })

  describe('read all', () => {
    let made: StoreUnderTest
    beforeAll(async () => {
      made = await makeStore()
    })
    afterAll(() => made.close())

    it('begins at the point before the first event', async () => {
      const head = await made.store.head()
      expect(parsePosition(head).sequence).toBe(0)
      expect(await made.store.readAll({ from: head, direction: 'forwards', limit: 10 })).toEqual([])
      expect(await made.store.readAll({ from: head, direction: 'backwards', limit: 10 })).toEqual([])
      expect(await made.store.readAll({ from: null, direction: 'backwards', limit: 10 })).toEqual([])
    })

    it('counts the events after a position, whatever positions are', async () => {
      const { store, another, close } = await makeStore()
      expect(await store.countAfter(null)).toBe(0)
      for (let nth = 0; nth < 6; nth++) await store.append([sampleAppend(sampleStream(), -1, 2)])
      const other = await another()
      const events = await store.readAll({ from: null, direction: 'forwards', limit: 100 })
      const counted = async (from: EventStore) => [
        await from.countAfter(null),
        await from.countAfter(events[4]?.position ?? null),
        await from.countAfter(events[4]?.position ?? null, 3),
        await from.countAfter(await from.head()),
        await from.countAfter(events[0]?.position ?? null),
      ]
      expect(await counted(store)).toEqual([12, 7, 3, 0, 11])
      // A follower's memory counts too, where it reaches back so far.
      const stopping = new AbortController()
      for await (const { isCaughtUp } of other.subscribe({ after: null, signal: stopping.signal })) if (isCaughtUp) break
      await store.append([sampleAppend(sampleStream(), -1, 3)])
      for await (const { position } of other.subscribe({ after: events.at(-1)?.position ?? null, signal: stopping.signal })) {
        if (position === (await store.head())) break
      }
      stopping.abort()
      expect(await other.countAfter(events.at(-1)?.position ?? null)).toBe(3)
      expect(await other.countAfter(null)).toBe(15)
      await close()
    })

    it('ends a page of large events early, and a subscription brings them all', async () => {
      const { store, close } = await makeStore()
      const text = 'x'.repeat(512 * 1024)
      const written = 20
      for (let nth = 0; nth < written; nth++) await store.append([largeAppend(sampleStream(), text)])
      const page = await store.readAll({ from: null, direction: 'forwards', limit: 1_000 })
      expect(page.length).toBeGreaterThan(0)
      const next = await store.readAll({ from: page.at(-1)?.position ?? null, direction: 'forwards', limit: 1_000 })
      expect(page.length + next.length).toBe(written)
      const leaving = new AbortController()
      const seen: string[] = []
      for await (const { events } of store.subscribe({ after: null, signal: leaving.signal })) {
        seen.push(...events.map(({ id }) => id))
        if (seen.length >= written) leaving.abort()
      }
      expect(seen).toEqual([...page, ...next].map(({ id }) => id))
      await close()
    })

    it('reads every event once, forwards and backwards, page by page', async () => {
      const written = []
      for (let call = 0; call < 7; call++) {
        const results = await made.store.append([sampleAppend(sampleStream(), -1, 2), sampleAppend(sampleStream(), -1, 1)])
        // The streams of one call have no order among themselves.
        written.push(...results.flatMap(recordedOf).toSorted((one, other) => (one.position < other.position ? -1 : 1)))
      }
      expect(await pages(made.store, 'forwards', 4)).toEqual(written)
      expect(await pages(made.store, 'backwards', 4)).toEqual(written.toReversed())
      expect(await made.store.head()).toBe(written.at(-1)?.position)
    })

    it('refuses a position of another log, one beyond the end, and one that is none', async () => {
      const { logId, sequence } = parsePosition(await made.store.head())
      const otherLog = formatPosition(logId === '00000000' ? '00000001' : '00000000', 0)
      for (const direction of ['forwards', 'backwards'] as const) {
        for (const from of [otherLog, formatPosition(logId, sequence + 1)]) {
          await expect(made.store.readAll({ from, direction, limit: 1 })).rejects.toMatchObject({ code: 'POSITION_UNKNOWN' })
        }
        await expect(made.store.readAll({ from: 'first', direction, limit: 1 })).rejects.toMatchObject({ code: 'POSITION_INVALID' })
      }
    })
  })
}

async function pages(store: EventStore, direction: 'forwards' | 'backwards', limit: number) {
  const events = []
  for (;;) {
    const page = await store.readAll({ from: events.at(-1)?.position ?? null, direction, limit })
    if (page.length === 0) return events
    events.push(...page)
  }
}
