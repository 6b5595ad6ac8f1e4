import { recordedOf, sampleAppend, sampleEvents, sampleStream } from '@elves/tests/contracts/sample-events.ts'
import type { EventStoreNode } from '@elves/tests/eventstoredb/event-store-node.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decodedEvents } from '../encoded-event.ts'
import type { EventStore } from '../event-store.ts'
import { followUntil, TestNodes } from './testing/test-nodes.ts'

let nodes: TestNodes
beforeEach(() => {
  nodes = new TestNodes()
})
afterEach(() => nodes.end())

/** Lets the process follow its log, as every process with followers does. */
async function followed(store: EventStore): Promise<void> {
  const following = followUntil(store, 'task-never')
  await store.append([sampleAppend('task-first', -1)])
  await waitFor(() => following.events.length > 0)
}

describe('the calls of an append', () => {
  it('are one, in a process that follows the log: positions and times come with the log', async () => {
    const node = await nodes.start()
    const store = await nodes.open([node])
    await followed(store)
    const before = node.counts
    const stream = sampleStream()
    const recorded = []
    for (let version = -1; version < 29; version += 3) recorded.push(...recordedOf((await store.append([sampleAppend(stream, version, 3)]))[0]))
    const after = node.counts
    expect(after.appends - before.appends).toBe(10)
    expect(after.batchAppends - before.batchAppends).toBe(10)
    // A slow machine may see a look of the reader, which hears nothing for a second.
    expect(after.reads - before.reads).toBeLessThanOrEqual(3)
    expect(await store.readStream(stream)).toEqual(recorded)
  })

  it('cost no decoding where the log brings the events later than an append waits for them', async () => {
    const node = await nodes.start()
    const store = await nodes.open([node])
    const following = followUntil(store, 'task-never')
    await store.append([sampleAppend('task-first', -1)])
    await waitFor(() => following.events.length > 0)
    // Nothing comes any more but by the looks of the reader, which are a second apart.
    node.isDeaf = true
    const stream = sampleStream()
    const decoded = decodedEvents()
    const recorded = []
    for (let version = -1; version < 5; version += 2) recorded.push(...recordedOf((await store.append([sampleAppend(stream, version, 2)]))[0]))
    await waitFor(() => following.events.length === 7)
    expect(following.events.slice(1)).toEqual(recorded)
    expect(decodedEvents() - decoded).toBe(0)
  })

  it('are an append and a read, in a process that does not follow it', async () => {
    const node = await nodes.start()
    const store = await nodes.open([node])
    const before = node.counts
    const stream = sampleStream()
    for (let version = -1; version < 9; version++) await store.append([sampleAppend(stream, version)])
    const after = node.counts
    expect([after.appends - before.appends, after.reads - before.reads]).toEqual([10, 10])
  })

  it('are those of release 20.10 where the server has no stream of appends', async () => {
    const node = await nodes.start({ quirks: { hasBatchAppends: false } })
    const store = await nodes.open([node])
    await followed(store)
    const stream = sampleStream()
    const [first] = await store.append([sampleAppend(stream, -1, 3)])
    expect(await store.append([sampleAppend(stream, 0)])).toEqual([{ ok: false, conflict: { currentVersion: 2 } }])
    expect(await store.readStream(stream)).toEqual(recordedOf(first))
    expect(node.counts).toMatchObject({ appends: 4, batchAppends: 0 })
  })
})

describe('a repetition', () => {
  it('is told as one, also in a process that follows the log, and to another process', async () => {
    const node = await nodes.start()
    const [store, other] = [await nodes.open([node]), await nodes.open([node])]
    await followed(store)
    const append = { stream: sampleStream(), expectedVersion: -1, events: sampleEvents(2) }
    const [first] = await store.append([append])
    expect(first).toMatchObject({ ok: true, isRepeat: false })
    for (const one of [store, other]) expect(await one.append([append])).toEqual([{ ok: true, isRepeat: true, recorded: recordedOf(first) }])
  })

  it('by two processes at once is a repetition for one of them', async () => {
    const node = await nodes.start()
    const stores = [await nodes.open([node]), await nodes.open([node])]
    for (const store of stores) await store.append([sampleAppend('task-first', -1)])
    for (const store of stores) void followUntil(store, 'task-never').ended
    for (let round = 0; round < 20; round++) {
      const append = { stream: sampleStream(), expectedVersion: -1, events: sampleEvents(2) }
      const results = (await Promise.all(stores.map((store) => store.append([append])))).flat()
      expect(results.map((result) => result.ok && result.isRepeat).sort()).toEqual([false, true])
      expect(recordedOf(results[0])).toEqual(recordedOf(results[1]))
    }
  })

  it('by one process at once with itself is one too', async () => {
    const store = await nodes.open([await nodes.start()])
    await followed(store)
    const append = { stream: sampleStream(), expectedVersion: -1, events: sampleEvents(2) }
    const results = (await Promise.all([store.append([append]), store.append([append])])).flat()
    expect(results.map((result) => result.ok && result.isRepeat).sort()).toEqual([false, true])
  })
})

describe('an append whose answer is', () => {
  it.each(['TIMEOUT', 'SILENCE'] as const)('%s is written once and answered', async (after) => {
    let writes = 0
    const node = await nodes.start({ onWritten: () => (++writes % 7 === 3 ? after : 'ANSWER') })
    const store = await nodes.open([node])
    await followed(store)
    const stream = sampleStream()
    // One after the other, so that a silent stream is seen as that; the fourth write is the first that gets no answer.
    for (let version = -1; version < 5; version++) {
      expect(await store.append([sampleAppend(stream, version)])).toMatchObject([{ ok: true, isRepeat: false }])
    }
    expect(nodes.log.stream(`elves.${stream}`)).toHaveLength(6)
    expect(await store.readStream(stream)).toHaveLength(6)
  })
})

describe('what the server refuses in its stream of appends', () => {
  it('is one append: the others go on', async () => {
    const node = await nodes.start({ quirks: { appendBytesMost: 10_000 } })
    const store = await nodes.open([node])
    await followed(store)
    nodes.log.tombstone('elves.task-deleted')
    const refused = { code: 'INTERNAL', canRetry: false }
    const large = sampleAppend(sampleStream(), -1, 100)
    const [deleted, tooLarge, good] = await Promise.allSettled([
      store.append([sampleAppend('task-deleted', -1)]),
      store.append([large]),
      store.append([sampleAppend(sampleStream(), -1)]),
    ])
    expect(deleted).toMatchObject({ status: 'rejected', reason: refused })
    expect(tooLarge).toMatchObject({ status: 'rejected', reason: refused })
    expect(good).toMatchObject({ status: 'fulfilled' })
    expect(await store.readStream(large.stream)).toEqual([])
  })

  it('passes while the node starts', async () => {
    const node = await nodes.start()
    const store = await nodes.open([node])
    await followed(store)
    node.isStarting = true
    const appending = store.append([sampleAppend(sampleStream(), -1)])
    const reading = store.readStream('task-first')
    // Whether it is tried again before the node is ready is open: reads and the reader try too, and one at a time is let through.
    await waitFor(() => node.counts.refusedAppends > 0)
    node.isStarting = false
    expect(recordedOf((await appending)[0])).toHaveLength(1)
    expect(await reading).toHaveLength(1)
  })

  it('passes at another node where this one can not write any more, though its connection stands', async () => {
    const cluster: { leader?: EventStoreNode } = {}
    const leader = () => cluster.leader as EventStoreNode
    const [one, other] = [await nodes.start({ leader }), await nodes.start({ leader })]
    cluster.leader = one
    const store = await nodes.open([one, other])
    await store.append([sampleAppend('task-first', -1)])
    // Cut off from the cluster, it answers so to each append, and does not end the stream.
    one.isStarting = true
    cluster.leader = other
    expect(recordedOf((await store.append([sampleAppend(sampleStream(), -1)]))[0])).toHaveLength(1)
  })
})
