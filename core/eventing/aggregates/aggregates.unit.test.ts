import { randomUUID } from 'node:crypto'
import type { EventContext } from '@elves/schemas/generated/types.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AgentIpCommand, type AgentIpEvent, agentIpAggregate } from '../../domain/agent-ip/agent-ip.ts'
import { agentLinkAggregate } from '../../domain/agent-link/agent-link.ts'
import { ElvesError } from '../../foundation/errors.ts'
import type { EventStore } from '../event-store.ts'
import { memoryEventStore } from '../memory/memory-event-store.ts'
import { type Aggregates, type Handle, openAggregates } from './aggregates.ts'

const context: EventContext = { actor: { kind: 'SYSTEM', id: 'test', name: null }, correlationId: 'c', causationId: null, metadata: {} }
const stream = 'agentip-10.0.0.1'
const claim = (agentId: string, absentOwnerId: string | null = null): AgentIpCommand => ({ type: 'ClaimIp', ip: '10.0.0.1', agentId, absentOwnerId })
const release = (agentId: string): AgentIpCommand => ({ type: 'ReleaseIp', ip: '10.0.0.1', agentId })
const handle = (...commands: AgentIpCommand[]): Handle<typeof agentIpAggregate> => ({ aggregate: agentIpAggregate, stream, commands, context })

const runtime = (store: EventStore, cacheSize = 100): Aggregates => openAggregates({ store, cacheSize })

/** A memory store that counts its calls, and can run a function before its next append. */
function observedStore() {
  const store = memoryEventStore()
  const counts = { reads: 0, appends: 0 }
  let beforeAppend: (() => Promise<void>) | undefined
  const observed: EventStore = {
    append: async (appends) => {
      counts.appends += 1
      const before = beforeAppend
      beforeAppend = undefined
      await before?.()
      return store.append(appends)
    },
    readStream: (...given) => {
      counts.reads += 1
      return store.readStream(...given)
    },
    readStreams: (...given) => {
      counts.reads += 1
      return store.readStreams(...given)
    },
    readPrefixed: (prefixes) => store.readPrefixed(prefixes),
    readAll: (options) => store.readAll(options),
    subscribe: (options) => store.subscribe(options),
    head: () => store.head(),
    countAfter: (position, limit) => store.countAfter(position, limit),
    close: () => store.close(),
  }
  return {
    store: observed,
    counts,
    onceBeforeAppend(action: () => Promise<void>) {
      beforeAppend = action
    },
  }
}

describe('streams of several aggregates', () => {
  it('are decided each by its own aggregate, and appended together', async () => {
    const { store, counts } = observedStore()
    const link = { aggregate: agentLinkAggregate, stream: 'agentlink-a', commands: [{ type: 'Lose', agentId: 'a', lastSeenAt: 0 }], context } as const
    const connect = {
      type: 'Connect',
      agentId: 'a',
      sessionId: 's',
      bootId: 'b',
      journalId: 'j',
      gatewayId: 'g',
      remoteAddress: '',
      clockOffsetMs: 0,
    }
    const connecting = { ...link, commands: [{ ...connect, isOtherBootAlive: false } as const] } as const
    const here = runtime(store)
    const [claimed, connected, lost] = await here.handleMany([handle(claim('a')), connecting, link])
    expect(claimed.state.ownerId).toBe('a')
    expect([connected.state.phase, lost.state.phase]).toEqual(['CONNECTED', 'LOST'])
    expect(counts.appends).toBe(1)
    expect(await runtime(store).loadMany(agentLinkAggregate, ['agentlink-a', 'agentlink-b'])).toMatchObject([
      { state: { phase: 'LOST' }, version: 1 },
      { state: { phase: 'NONE' }, version: -1 },
    ])
  })
})

describe('refreshing', () => {
  it('brings a cached state up to date with what others wrote, by reading no more than that', async () => {
    const { store, counts } = observedStore()
    const here = runtime(store)
    await here.handle(handle(claim('a')))
    await runtime(store).handle(handle(release('a'), claim('b')))
    const { reads } = counts
    await here.refresh([stream, stream])
    expect(counts.reads).toBe(reads + 1)
    expect(await here.load(agentIpAggregate, stream)).toEqual({ state: { ownerId: 'b' }, version: 2 })
    expect(counts.reads).toBe(reads + 1)
  })

  it('is not needed for a stream whose events were at hand', async () => {
    const { store, counts } = observedStore()
    await runtime(store).handle(handle(claim('a')))
    const here = runtime(store)
    here.adopt(agentIpAggregate, stream, await store.readStream(stream))
    const { reads } = counts
    expect(await here.load(agentIpAggregate, stream)).toEqual({ state: { ownerId: 'a' }, version: 0 })
    expect(counts.reads).toBe(reads)
  })

  it('reads nothing of what is not cached', async () => {
    const { store, counts } = observedStore()
    await runtime(store).refresh([stream])
    expect(counts.reads).toBe(0)
  })
})

describe('handling commands', () => {
  it('decides on what is stored, appends, and answers with state, version and events', async () => {
    const store = memoryEventStore()
    const handled = await runtime(store).handle(handle(claim('a')))
    expect(handled).toMatchObject({ state: { ownerId: 'a' }, version: 0, rejection: null })
    expect(handled.recorded).toEqual(await store.readStream(stream))
    expect(await runtime(store).load(agentIpAggregate, stream)).toEqual({ state: { ownerId: 'a' }, version: 0 })
  })

  it('decides several commands one after the other and appends their events together', async () => {
    const { store, counts } = observedStore()
    const handled = await runtime(store).handle(handle(claim('a'), release('a'), claim('b')))
    expect(handled.recorded.map(({ event }) => event.type)).toEqual(['AgentIpClaimed', 'AgentIpReleased', 'AgentIpClaimed'])
    expect(handled).toMatchObject({ state: { ownerId: 'b' }, version: 2 })
    expect(counts.appends).toBe(1)
  })

  it('writes nothing of a request of which one command is refused, and gives the state before it', async () => {
    const store = memoryEventStore()
    const handled = await runtime(store).handle(handle(claim('a'), claim('b')))
    expect(handled).toMatchObject({ state: { ownerId: null }, version: -1, recorded: [], rejection: { rejected: 'AGENT_IP_TAKEN' } })
    expect(await store.readStream(stream)).toEqual([])
  })

  it('appends nothing where there is nothing to do', async () => {
    const { store, counts } = observedStore()
    const handled = await runtime(store).handle(handle(release('a')))
    expect(handled).toEqual({ state: { ownerId: null }, version: -1, recorded: [], rejection: null })
    expect(counts.appends).toBe(0)
  })

  it('of one stream in one call lets each request see those before it, and one refused does not stop the others', async () => {
    const { store, counts } = observedStore()
    const other = { ...handle(claim('z')), stream: 'agentip-10.0.0.2' }
    const handled = await runtime(store).handleMany([handle(claim('a')), other, handle(claim('b')), handle(release('a')), handle(claim('b'))])
    expect(handled.map(({ rejection }) => rejection?.rejected ?? null)).toEqual([null, null, 'AGENT_IP_TAKEN', null, null])
    expect(handled.map(({ version }) => version)).toEqual([0, 0, 0, 1, 2])
    expect(handled.map(({ recorded }) => recorded.map(({ version }) => version))).toEqual([[0], [0], [], [1], [2]])
    expect(counts).toEqual({ reads: 1, appends: 1 })
  })
})

describe('a decision without events', () => {
  it('is not made on what was in memory before another instance wrote: neither that there is nothing to do, nor a refusal', async () => {
    const store = memoryEventStore()
    const [here, there] = [runtime(store), runtime(store)]
    await here.handle(handle(claim('a')))
    await there.handle(handle(release('a')))
    expect(await here.handle(handle(claim('a')))).toMatchObject({ state: { ownerId: 'a' }, version: 2, recorded: [{ version: 2 }] })
    await there.handle(handle(release('a')))
    expect(await here.handle(handle(claim('b')))).toMatchObject({ state: { ownerId: 'b' }, version: 4, rejection: null })
  })

  it('costs one read where the state was in memory, and none more where it was just read', async () => {
    const { store, counts } = observedStore()
    const ips = runtime(store)
    expect(await ips.handle(handle(release('a')))).toMatchObject({ version: -1, recorded: [] })
    expect(counts).toEqual({ reads: 1, appends: 0 })
    await ips.handle(handle(claim('a')))
    counts.reads = 0
    expect(await ips.handle(handle(claim('a')))).toMatchObject({ version: 0, recorded: [], rejection: null })
    expect(counts).toEqual({ reads: 1, appends: 1 })
  })

  it('is read for again beside others that are appended', async () => {
    const store = memoryEventStore()
    const [here, there] = [runtime(store), runtime(store)]
    await here.handle(handle(claim('a')))
    await there.handle(handle(release('a')))
    const other = { ...handle(claim('z')), stream: 'agentip-10.0.0.2' }
    const handled = await here.handleMany([other, handle(claim('a')), handle(claim('b'))])
    expect(handled.map(({ version, rejection }) => [version, rejection?.rejected ?? null])).toEqual([
      [0, null],
      [2, null],
      [2, 'AGENT_IP_TAKEN'],
    ])
  })
})

describe('a version conflict', () => {
  it('makes it load and decide again', async () => {
    const { store, onceBeforeAppend } = observedStore()
    const ips = runtime(store)
    await ips.handle(handle(claim('a')))
    onceBeforeAppend(async () => void (await runtime(store).handle(handle(release('a'), claim('c')))))
    const handled = await ips.handle(handle(claim('b', 'a')))
    expect(handled).toMatchObject({ state: { ownerId: 'c' }, version: 2, rejection: { rejected: 'AGENT_IP_TAKEN' } })
    expect(await store.readStream(stream)).toHaveLength(3)
  })

  it('of a stream said to be new makes it read after all', async () => {
    const { store, counts } = observedStore()
    await runtime(store).handle({ ...handle(claim('a')), isNew: true })
    expect(counts.reads).toBe(0)
    const handled = await runtime(store).handle({ ...handle(claim('a')), isNew: true })
    expect(handled).toMatchObject({ state: { ownerId: 'a' }, version: 0, recorded: [], rejection: null })
    expect(counts.reads).toBe(1)
  })

  it('at each of many tries is told, as one that may be tried again', async () => {
    const { store } = observedStore()
    const conflicting: EventStore = { ...store, append: async (appends) => appends.map(() => ({ ok: false, conflict: { currentVersion: 9 } })) }
    await expect(runtime(conflicting).handle(handle(claim('a')))).rejects.toMatchObject({ code: 'VERSION_CONFLICT', canRetry: true })
  })

  it('costs only the stream that it is about another try', async () => {
    const { store, onceBeforeAppend } = observedStore()
    onceBeforeAppend(async () => void (await runtime(store).handle(handle(claim('c')))))
    const handled = await runtime(store).handleMany([handle(claim('a')), { ...handle(claim('a')), stream: 'agentip-10.0.0.2' }])
    expect(handled).toMatchObject([{ rejection: { rejected: 'AGENT_IP_TAKEN' } }, { state: { ownerId: 'a' }, version: 0 }])
    expect(await store.readStream('agentip-10.0.0.2')).toHaveLength(1)
  })
})

describe('the cache', () => {
  it('spares the read of a stream that was just written', async () => {
    const { store, counts } = observedStore()
    const ips = runtime(store)
    await ips.handle(handle(claim('a')))
    await ips.handle(handle(release('a')))
    expect(counts.reads).toBe(1)
  })

  it('keeps only so many streams, the most recently used', async () => {
    const { store, counts } = observedStore()
    const ips = runtime(store, 2)
    for (const name of ['agentip-1', 'agentip-2', 'agentip-1', 'agentip-3']) await ips.handle({ ...handle(claim('a')), stream: name })
    const before = counts.reads
    await ips.load(agentIpAggregate, 'agentip-1')
    expect(counts.reads).toBe(before)
    await ips.load(agentIpAggregate, 'agentip-2')
    expect(counts.reads).toBe(before + 1)
  })

  it('follows what other instances write, and forgets a stream of which it missed a part', async () => {
    const { store, counts } = observedStore()
    const ips = runtime(store)
    await ips.handle(handle(claim('a')))
    const { recorded } = await runtime(store).handle(handle(release('a'), claim('b'), release('b')))
    const [released, claimed, releasedAgain] = recorded
    if (!released || !claimed || !releasedAgain) throw new Error('unreachable')
    ips.observe(released)
    ips.observe(released)
    const reads = counts.reads
    expect(await ips.load(agentIpAggregate, stream)).toEqual({ state: { ownerId: null }, version: 1 })
    expect(counts.reads).toBe(reads)
    ips.observe(releasedAgain)
    expect(await ips.load(agentIpAggregate, stream)).toEqual({ state: { ownerId: null }, version: 3 })
    expect(counts.reads).toBe(reads + 1)
  })

  it('forgets a stream whose append failed: it may have been written', async () => {
    const { store, onceBeforeAppend, counts } = observedStore()
    const ips = runtime(store)
    await ips.handle(handle(claim('a')))
    onceBeforeAppend(() => Promise.reject(new ElvesError('STORE_UNAVAILABLE', 'no', { canRetry: true })))
    await expect(ips.handle(handle(release('a')))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    const reads = counts.reads
    await ips.load(agentIpAggregate, stream)
    expect(counts.reads).toBe(reads + 1)
  })
})

describe('any commands of several instances at once', () => {
  const agentId = fc.constantFrom('a', 'b', 'c')
  const command = fc.oneof(
    fc.tuple(agentId, fc.option(agentId)).map(([id, absent]) => claim(id, absent)),
    agentId.map((id) => release(id)),
  )
  const call = fc.record({ instance: fc.nat(2), number: fc.nat(2), commands: fc.array(command, { minLength: 1, maxLength: 3 }) })

  it('leave streams that replay to what was answered last, with no event lost or doubled', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 15 }), async (calls) => {
        const store = memoryEventStore()
        // Every call may lose against each of the others, so a few instances are enough for many conflicts.
        const instances = [runtime(store), runtime(store), runtime(store, 1)]
        const handled = await Promise.all(
          calls.map(({ instance, number, commands }) =>
            (instances[instance] as Aggregates)
              .handle({ aggregate: agentIpAggregate, stream: `agentip-${number}`, commands, context })
              .catch(conflictOnly),
          ),
        )
        const recorded = handled.flatMap((one) => one?.recorded ?? [])
        const stored = await store.readAll({ from: null, direction: 'forwards', limit: 1000 })
        expect(recorded.toSorted((one, other) => (one.position < other.position ? -1 : 1))).toEqual(stored)
        for (const number of [0, 1, 2]) {
          const name = `agentip-${number}`
          const events = await store.readStream(name)
          const replayed = events.reduce(
            (state, { event }) => agentIpAggregate.decider.evolve(state, event as AgentIpEvent),
            agentIpAggregate.decider.initialState,
          )
          expect(await runtime(store).load(agentIpAggregate, name)).toEqual({ state: replayed, version: events.length - 1 })
        }
      }),
    )
  })
})

function conflictOnly(error: unknown): null {
  expect(error).toMatchObject({ code: 'VERSION_CONFLICT' })
  return null
}

describe('loads of one turn', () => {
  const claimed = (owner: string) => ({
    id: randomUUID(),
    event: { type: 'AgentIpClaimed', data: { ip: '10.0.0.1', agentId: owner, previousAgentId: null } } as const,
    context,
  })
  const streams = Array.from({ length: 250 }, (_, index) => `agentip-10.0.1.${index}`)

  it('are one read for each hundred of streams, whoever asks', async () => {
    const { store, counts } = observedStore()
    await store.append([{ stream: streams[7] as string, expectedVersion: -1, events: [claimed('a')] }])
    const aggregates = runtime(store)
    const [states, again] = await Promise.all([
      Promise.all(streams.map((name) => aggregates.load(agentIpAggregate, name))),
      aggregates.load(agentIpAggregate, streams[7] as string),
    ])
    expect(states.flatMap(({ state }, index) => (state.ownerId === null ? [] : [index]))).toEqual([7])
    expect(again.state.ownerId).toBe('a')
    expect(counts.reads).toBe(3)
  })

  it('are read again together, each from where it is known', async () => {
    const { store, counts } = observedStore()
    const aggregates = runtime(store)
    const [first = '', second = ''] = streams
    await store.append([{ stream: first, expectedVersion: -1, events: [claimed('a')] }])
    await store.append([{ stream: second, expectedVersion: -1, events: [claimed('b')] }])
    await aggregates.loadMany(agentIpAggregate, [first, second])
    await store.append([{ stream: first, expectedVersion: 0, events: [claimed('c')] }])
    counts.reads = 0
    await Promise.all([aggregates.refresh([first]), aggregates.refresh([second]), aggregates.refresh([first, second])])
    expect(counts.reads).toBe(1)
    const owners = await aggregates.loadMany(agentIpAggregate, [first, second])
    expect(owners.map(({ state }) => state.ownerId)).toEqual(['c', 'b'])
  })

  it('fail alone where one stream can not be read', async () => {
    const { store } = observedStore()
    await store.append([{ stream: streams[1] as string, expectedVersion: -1, events: [claimed('a')] }])
    const unreadable = new ElvesError('EVENT_UNREADABLE', 'broken')
    const aggregates = runtime({
      ...store,
      readStream: (name) => (name === streams[0] ? Promise.reject(unreadable) : store.readStream(name)),
      readStreams: async (names, from) => (names.includes(streams[0] as string) ? Promise.reject(unreadable) : store.readStreams(names, from)),
    })
    const [broken, whole] = await Promise.allSettled(streams.slice(0, 2).map((name) => aggregates.load(agentIpAggregate, name)))
    expect(broken).toEqual({ status: 'rejected', reason: unreadable })
    expect(whole).toMatchObject({ status: 'fulfilled', value: { state: { ownerId: 'a' } } })
  })
})
