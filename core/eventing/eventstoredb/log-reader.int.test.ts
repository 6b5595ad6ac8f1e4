import { recordedOf, sampleAppend, sampleStream } from '@elves/tests/contracts/sample-events.ts'
import type { EventStoreNode } from '@elves/tests/eventstoredb/event-store-node.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loggerTo } from '../../foundation/log.ts'
import type { EventStore, RecordedEvent } from '../event-store.ts'
import { followUntil, TestNodes } from './testing/test-nodes.ts'

let nodes: TestNodes
let lines: { readonly level: string; readonly msg: string }[]
const logger = loggerTo({ write: (line: string) => void lines.push(JSON.parse(line)) }, 'test', 'debug')
beforeEach(() => {
  nodes = new TestNodes()
  lines = []
})
afterEach(() => nodes.end())

/** A minute shows more than a moment does: `TEST_DROPS_SECONDS=60`. */
const dropsMs = Number(process.env['TEST_DROPS_SECONDS'] ?? 0) * 1000

const loud = () => lines.filter(({ level }) => level !== 'debug').map(({ msg }) => msg)

async function writeMuch(store: EventStore, writers: number, turns: number): Promise<RecordedEvent[]> {
  const written: RecordedEvent[] = []
  const writer = async () => {
    const stream = sampleStream()
    for (let turn = 0; turn < turns; turn++) written.push(...recordedOf((await store.append([sampleAppend(stream, turn * 3 - 1, 3)]))[0]))
  }
  await Promise.all(Array.from({ length: writers }, writer))
  return written.sort((one, other) => (one.position < other.position ? -1 : 1))
}

describe('the reader of the log', () => {
  it('is one for all followers of a process, and each record is sent to it once', async () => {
    const node = await nodes.start({ release: '24.6' })
    const store = await nodes.open([node], logger)
    const followers = Array.from({ length: 5 }, () => followUntil(store, 'task-last'))
    await waitFor(() => node.counts.subscriptions === 1)
    const before = node.counts
    const written = await writeMuch(store, 8, 10)
    written.push(...recordedOf((await store.append([sampleAppend('task-last', -1)]))[0]))
    for (const { ended } of followers) expect(await ended).toEqual(written)
    expect(node.counts.records - before.records).toBe(written.length)
    expect(node.counts.subscriptions).toBe(1)
    expect(loud()).toEqual([])
  })

  it('loses, doubles and reorders nothing where its subscription is dropped all the time, and says nothing of it', {
    timeout: 60_000 + 5 * dropsMs,
  }, async () => {
    const node = await nodes.start()
    const [store, other] = [await nodes.open([node], logger), await nodes.open([node], logger)]
    const followers = [followUntil(store, 'task-last'), followUntil(other, 'task-last'), followUntil(other, 'task-last')]
    const dropping = setInterval(() => node.dropSubscriptions(), 10)
    const written: RecordedEvent[] = []
    const startedAt = performance.now()
    do {
      for (const some of await Promise.all([writeMuch(store, 8, 12), writeMuch(other, 8, 12)])) written.push(...some)
    } while (performance.now() - startedAt < dropsMs)
    await waitFor(() => node.counts.drops >= 20)
    clearInterval(dropping)
    written.push(...recordedOf((await store.append([sampleAppend('task-last', -1)]))[0]))
    written.sort((one, other) => (one.position < other.position ? -1 : 1))
    for (const { ended } of followers) expect((await ended).map(({ position }) => position)).toEqual(written.map(({ position }) => position))
    expect(loud()).toEqual([])
  })

  it('reads what a subscription that went silent does not bring, and subscribes anew', async () => {
    const node = await nodes.start()
    const [store, other] = [await nodes.open([node], logger), await nodes.open([node])]
    const following = followUntil(store, 'task-last')
    await store.append([sampleAppend('task-first', -1)])
    await waitFor(() => following.events.length === 1)
    node.isDeaf = true
    await other.append([sampleAppend('task-last', -1, 2)])
    expect(await following.ended).toHaveLength(3)
    await waitFor(() => node.counts.subscriptions === 2)
    expect(loud()).toEqual([])
  })
})

describe('an outage', () => {
  it('is one line at its begin and one at its end, however many follow', async () => {
    const node = await nodes.start()
    const store = await nodes.open([node], logger)
    const followers = Array.from({ length: 5 }, () => followUntil(store, 'task-last'))
    await store.append([sampleAppend('task-first', -1)])
    await waitFor(() => followers.every(({ events }) => events.length === 1))
    node.kill()
    await waitFor(() => loud().length > 0)
    const appending = store.append([sampleAppend('task-last', -1)])
    await nodes.start({ port: node.port })
    await appending
    for (const { ended } of followers) expect(await ended).toHaveLength(2)
    expect(loud()).toEqual(['EventStoreDB does not answer; it is tried again', 'EventStoreDB answers again'])
  })
})

describe('a leader that stands still', () => {
  it('is given up: another one gets the appends, and followers go on', async () => {
    const cluster: { leader?: EventStoreNode } = {}
    const leader = () => cluster.leader as EventStoreNode
    const [one, other] = [await nodes.start({ leader }), await nodes.start({ leader })]
    cluster.leader = one
    const store = await nodes.open([one, other], logger)
    const following = followUntil(store, 'task-last')
    const written = await writeMuch(store, 4, 3)
    one.isFrozen = true
    const appending = store.append([sampleAppend('task-last', -1)])
    cluster.leader = other
    written.push(...recordedOf((await appending)[0]))
    expect(await following.ended).toEqual(written)
    expect(loud().length).toBeLessThanOrEqual(2)
  })

  it('is given up by a process that only reads', async () => {
    const cluster: { leader?: EventStoreNode } = {}
    const leader = () => cluster.leader as EventStoreNode
    const [one, other] = [await nodes.start({ leader }), await nodes.start({ leader })]
    cluster.leader = one
    const store = await nodes.open([one, other], logger)
    const following = followUntil(store, 'task-last')
    const writer = await nodes.open([other])
    await writer.append([sampleAppend('task-first', -1)])
    await waitFor(() => following.events.length === 1)
    one.isFrozen = true
    cluster.leader = other
    await (await nodes.open([other])).append([sampleAppend('task-last', -1)])
    expect(await following.ended).toHaveLength(2)
  })
})
