import { recordedOf, sampleAppend, sampleEvent, sampleStream } from '@elves/tests/contracts/sample-events.ts'
import type { EventStoreNode } from '@elves/tests/eventstoredb/event-store-node.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLogger } from '../../foundation/log.ts'
import type { EventStore, RecordedEvent } from '../event-store.ts'
import { eventStoreDbEventStore } from './eventstoredb-event-store.ts'
import { followUntil, TestNodes } from './testing/test-nodes.ts'

let nodes: TestNodes

beforeEach(() => {
  nodes = new TestNodes()
})
afterEach(() => nodes.end())

/** Runs 8 writers at once; returns what was answered as written. */
async function writeMuch(store: EventStore, turns: number): Promise<RecordedEvent[]> {
  const written: RecordedEvent[] = []
  const writer = async () => {
    const stream = sampleStream()
    for (let turn = 0; turn < turns; turn++) written.push(...recordedOf((await store.append([sampleAppend(stream, turn * 2 - 1, 2)]))[0]))
  }
  await Promise.all(Array.from({ length: 8 }, writer))
  return written
}

function inOrder(events: readonly RecordedEvent[]): RecordedEvent[] {
  return events.toSorted((one, other) => (one.position < other.position ? -1 : 1))
}

describe('on the server', () => {
  it('a stream has its category before its name, and its events are JSON', async () => {
    const store = await nodes.open([await nodes.start()])
    const event = sampleEvent()
    await store.append([{ stream: 'task-1', expectedVersion: -1, events: [event] }])
    const [record] = nodes.log.stream('elves.task-1')
    expect(record).toMatchObject({ id: event.id, type: 'TaskStarted', contentType: 'application/json' })
    expect(JSON.parse(Buffer.from(record?.data ?? []).toString())).toEqual(event.event.data)
  })

  it('statistics and events of other applications move the head nowhere', async () => {
    const node = await nodes.start()
    const store = await nodes.open([node])
    const [result] = await store.append([sampleAppend(sampleStream(), -1)])
    const other = { type: 'InvoiceSent', contentType: 'application/json', data: Buffer.from('{}'), metadata: Buffer.alloc(0) }
    for (let version = 0; version < 50; version++) nodes.log.append('invoice-2', version - 1, [{ ...other, id: crypto.randomUUID() }])
    expect(await store.head()).toBe(recordedOf(result)[0]?.position)
    const again = await nodes.open([node])
    expect(await again.head()).toBe(recordedOf(result)[0]?.position)
  })

  it('an append beyond 1 MiB is refused, and nothing of it is written', async () => {
    const store = await nodes.open([await nodes.start()])
    const stream = sampleStream()
    await expect(store.append([sampleAppend(stream, -1, 4000)])).rejects.toMatchObject({ code: 'INTERNAL', canRetry: false })
    expect(await store.readStream(stream)).toEqual([])
  })

  it('a clock that goes back makes no event of a stream older than the one before it', async () => {
    let now = 1_700_000_000_000
    nodes.log.clock = () => now
    const node = await nodes.start()
    const stream = sampleStream()
    // Another instance for each append: it knows of the event before it only from the server.
    for (let version = -1; version < 5; version++) {
      const [result] = await (await nodes.open([node])).append([sampleAppend(stream, version)])
      expect(recordedOf(result)[0]?.recordedAt).toBe(1_700_000_000_000)
      now -= 1000
    }
    const times = (await (await nodes.open([node])).readStream(stream)).map(({ recordedAt }) => recordedAt)
    expect(times).toEqual(Array.from({ length: 6 }, () => 1_700_000_000_000))
  })

  it('a restored log that was given another id refuses the positions of the old one', async () => {
    const node = await nodes.start()
    const before = await (await nodes.open([node])).head()
    const data = Buffer.from(JSON.stringify({ logId: before.startsWith('00000000') ? '00000001' : '00000000' }))
    nodes.log.append('elves-log', 0, [
      { id: crypto.randomUUID(), type: 'LogOpened', contentType: 'application/json', data, metadata: Buffer.alloc(0) },
    ])
    const restored = await nodes.open([node])
    await expect(restored.readAll({ from: before, direction: 'forwards', limit: 1 })).rejects.toMatchObject({ code: 'POSITION_UNKNOWN' })
  })
})

describe('an event that can not be read', () => {
  it('stops a subscription there, after all that was before it, and not the writers', async () => {
    const store = await nodes.open([await nodes.start()])
    const [before] = await store.append([sampleAppend(sampleStream(), -1, 2)])
    nodes.log.append('elves.task-damaged', -1, [
      { id: crypto.randomUUID(), type: 'TaskStarted', contentType: 'application/json', data: Buffer.from('{}'), metadata: Buffer.from('{}') },
    ])
    const [after] = await store.append([sampleAppend(sampleStream(), -1, 2)])
    const stopped = store.subscribe({ after: null, signal: new AbortController().signal })[Symbol.asyncIterator]()
    expect((await stopped.next()).value.events).toEqual(recordedOf(before))
    const unreadable = { code: 'EVENT_UNREADABLE', facts: { stream: 'task-damaged', version: 0, type: 'TaskStarted' } }
    await expect(stopped.next()).rejects.toMatchObject(unreadable)
    await expect(store.readStream('task-damaged')).rejects.toMatchObject(unreadable)
    expect(await store.head()).toBe(recordedOf(after)[1]?.position)
  })
})

describe('a node that is killed and started again', () => {
  it('costs no append and writes none twice, and no subscriber misses or repeats an event', async () => {
    let writes = 0
    const kills: Promise<void>[] = []
    // In the middle of appends: some are written and not answered, some neither written nor answered.
    const onWritten = () => {
      writes += 1
      if (writes % 30 === 0 && kills.length < 5) kills.push(restart())
      return undefined
    }
    let node = await nodes.start({ onWritten })
    const restart = async () => {
      const { port } = node
      node.kill()
      node = await waitFor(() => nodes.start({ port, onWritten }), { what: 'the port to be free again' })
    }
    const store = await nodes.open([node])
    const following = followUntil(await nodes.open([node]), 'task-last')
    const written = await writeMuch(store, 25)
    await Promise.all(kills)
    expect(kills).toHaveLength(5)
    written.push(...recordedOf((await store.append([sampleAppend('task-last', -1)]))[0]))
    expect(await following.ended).toEqual(inOrder(written))
    expect(nodes.log.records.filter(({ stream }) => stream.startsWith('elves.'))).toHaveLength(written.length)
    expect(await store.readAll({ from: null, direction: 'forwards', limit: 10_000 })).toEqual(inOrder(written))
  })

  it('is told as STORE_UNAVAILABLE where it stays away, and used again when it is back', async () => {
    const node = await nodes.start()
    const store = await nodes.open([node])
    node.kill()
    const append = sampleAppend(sampleStream(), -1)
    const unavailable = { code: 'STORE_UNAVAILABLE', canRetry: true }
    await Promise.all([
      expect(store.append([append])).rejects.toMatchObject(unavailable),
      expect(store.readStream(append.stream)).rejects.toMatchObject(unavailable),
      expect(store.head()).rejects.toMatchObject(unavailable),
    ])
    await nodes.start({ port: node.port })
    expect(recordedOf((await store.append([append]))[0])).toHaveLength(1)
  })
})

describe('a cluster', () => {
  async function twoNodes() {
    const cluster: { leader?: EventStoreNode } = {}
    const leader = () => cluster.leader as EventStoreNode
    const [one, other] = [await nodes.start({ leader }), await nodes.start({ leader })]
    cluster.leader = one
    return { cluster, one, other }
  }

  it('is written to by way of a follower: its answer says who leads', async () => {
    const { other } = await twoNodes()
    const store = await nodes.open([other])
    expect(await writeMuch(store, 2)).toHaveLength(32)
  })

  it('may change its leader: no append is lost, and no subscriber misses or repeats an event', async () => {
    const { cluster, one, other } = await twoNodes()
    const store = await nodes.open([one, other])
    const following = followUntil(await nodes.open([one, other]), 'task-last')
    const written = await writeMuch(store, 5)
    // The old leader continues as a follower.
    cluster.leader = other
    written.push(...(await writeMuch(store, 5)))
    cluster.leader = one
    other.kill()
    written.push(...(await writeMuch(store, 5)))
    written.push(...recordedOf((await store.append([sampleAppend('task-last', -1)]))[0]))
    expect(await following.ended).toEqual(inOrder(written))
  })
})

describe('a cluster of which every node is away', () => {
  it('is found again when it is back, and nothing breaks meanwhile', async () => {
    const [one, other] = [await nodes.start(), await nodes.start()]
    const store = await nodes.open([one, other])
    const following = followUntil(store, 'task-last')
    const writing = writeMuch(store, 40)
    await waitFor(() => following.events.length > 20)
    one.kill()
    other.kill()
    await Promise.all([nodes.start({ port: one.port }), nodes.start({ port: other.port })])
    const written = await writing
    written.push(...recordedOf((await store.append([sampleAppend('task-last', -1)]))[0]))
    expect(await following.ended).toEqual(inOrder(written))
  })
})

describe('what can not work', () => {
  it('is told at the start: an address that is none, a category that is none, a server that is too old', async () => {
    const open = (connectionString: string, category?: string) =>
      eventStoreDbEventStore({ connectionString, logger: silentLogger, ...(category === undefined ? {} : { category }) })
    const old = await nodes.start({ release: '20.10' })
    await expect(open('postgres://127.0.0.1')).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    await expect(open('esdb://127.0.0.1?tls=false', 'a.b')).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    await expect(open(`esdb://127.0.0.1:${old.port}?tls=false`)).rejects.toMatchObject({ code: 'CONFIG_INVALID', canRetry: false })
  })
})
