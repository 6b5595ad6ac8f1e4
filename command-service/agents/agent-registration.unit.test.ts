import type { Append, EventStore } from '@elves/core/eventing/event-store.ts'
import { memoryEventStore } from '@elves/core/eventing/memory/memory-event-store.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { randomAgentId } from '@elves/core/foundation/ids.ts'
import { describe, expect, it } from 'vitest'
import { memoryAgents } from '../tests/memory-agents.ts'
import type { Joining } from './agent-registration.ts'

describe('registration of agents', () => {
  it('makes a new agent known, its ip an alias, and its link connected', async () => {
    const { registration, directory, types, connected } = setUp()
    const agent = joining({ ip: '10.0.0.1' })
    expect(await registration.join(agent)).toBeNull()
    expect(await types()).toEqual(['AgentIpClaimed', 'AgentRegistered', 'AgentConnected'])
    const record = { agentId: agent.agentId, ip: '10.0.0.1', phase: 'CONNECTED', journalId: agent.journalId }
    expect(await directory.find(agent.agentId)).toEqual(record)
    expect(await directory.find('10.0.0.1')).toEqual(record)
    expect(connected()).toEqual([agent.agentId])
  })

  it('knows nobody by an id, an ip or a text that no agent has', async () => {
    const { directory } = setUp()
    for (const text of [randomAgentId(), '10.9.9.9', 'nobody', '']) expect(await directory.find(text)).toBeNull()
  })

  it('writes nothing when the same process comes back within the grace', async () => {
    const { registration, types } = setUp()
    const agent = joining({})
    await registration.join(agent)
    const before = await types()
    expect(await registration.join({ ...agent, sessionId: 'another' })).toBeNull()
    expect(await types()).toEqual(before)
  })

  it('refuses another process of the same agent while the first one answers, as an event', async () => {
    const { registration, types, directory, connected } = setUp()
    const agent = joining({})
    await registration.join(agent)
    const refusal = await registration.join({ ...agent, bootId: 'other', sessionId: 'other', journalId: 'other', isOtherBootAlive: true })
    expect(refusal?.rejected).toBe('AGENT_DUPLICATE')
    expect((await types()).at(-1)).toBe('AgentDuplicateRefused')
    const before = await types()
    const again = await registration.join({ ...agent, bootId: 'other', sessionId: 'again', journalId: 'other', isOtherBootAlive: true })
    expect(again).toEqual(refusal)
    expect(await types()).toEqual(before)
    expect((await directory.find(agent.agentId))?.journalId).toBe(agent.journalId)
    expect(connected()).toHaveLength(1)
  })

  it('lets another process of the same agent in where the first one does not answer', async () => {
    const { registration, types, directory } = setUp()
    const agent = joining({})
    await registration.join(agent)
    expect(await registration.join({ ...agent, bootId: 'other', sessionId: 'other', journalId: 'other' })).toBeNull()
    expect((await types()).at(-1)).toBe('AgentConnected')
    expect((await directory.find(agent.agentId))?.journalId).toBe('other')
  })

  it('moves an ip away only from an agent that is not connected', async () => {
    const { registration, directory } = setUp()
    const first = joining({ ip: '10.0.0.7' })
    const second = joining({ ip: '10.0.0.7' })
    await registration.join(first)
    expect((await registration.join(second))?.rejected).toBe('AGENT_IP_TAKEN')
    expect(await directory.find(second.agentId)).toBeNull()
    await registration.leave(first, 'GOODBYE')
    expect(await registration.join(second)).toBeNull()
    expect((await directory.find('10.0.0.7'))?.agentId).toBe(second.agentId)
    expect((await registration.join(first))?.rejected).toBe('AGENT_IP_TAKEN')
  })

  it('gives an ip to one only of two that ask for it at once', async () => {
    const { registration } = setUp()
    const answers = await Promise.all([registration.join(joining({ ip: '10.0.0.8' })), registration.join(joining({ ip: '10.0.0.8' }))])
    expect(answers.map((answer) => answer?.rejected ?? 'joined').sort()).toEqual(['AGENT_IP_TAKEN', 'joined'])
  })

  it('gives an earlier ip back when the agent declares another', async () => {
    const { registration, directory, types } = setUp()
    const agent = joining({ ip: '10.0.0.1' })
    await registration.join(agent)
    await registration.join({ ...agent, ip: '10.0.0.2' })
    expect((await types()).slice(3)).toEqual(['AgentIpClaimed', 'AgentFactsChanged', 'AgentIpReleased'])
    expect(await directory.find('10.0.0.1')).toBeNull()
    expect((await directory.find('10.0.0.2'))?.agentId).toBe(agent.agentId)
  })

  it('connects thousands that come at once in few appends', async () => {
    const { registration, directory, appends } = setUp()
    const agents = Array.from({ length: 2_000 }, (_, index) => joining({ ip: `10.1.${index >> 8}.${index & 255}` }))
    const answers = await Promise.all(agents.map((agent) => registration.join(agent)))
    expect(answers.every((answer) => answer === null)).toBe(true)
    expect(appends()).toBeLessThanOrEqual(8)
    expect((await directory.find(agents.at(-1)?.ip ?? ''))?.phase).toBe('CONNECTED')
  })

  it('records a goodbye once, and the facts that an agent tells later', async () => {
    const { registration, types, directory } = setUp()
    const agent = joining({})
    await registration.join(agent)
    await registration.tellFacts(agent.agentId, { ...agent.facts, version: '9' })
    await registration.leave(agent, 'GOODBYE')
    await registration.leave(agent, 'GOODBYE')
    expect((await types()).slice(3)).toEqual(['AgentFactsChanged', 'AgentDisconnected'])
    expect((await directory.find(agent.agentId))?.phase).toBe('OFFLINE')
  })

  it('rejects with what the store says, and joins when it answers again', async () => {
    const { registration, breakStore } = setUp()
    const agent = joining({})
    breakStore(true)
    await expect(registration.join(agent)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', canRetry: true })
    breakStore(false)
    expect(await registration.join(agent)).toBeNull()
  })

  it('says nothing of an agent by what it knew before another instance wrote', async () => {
    const store = memoryEventStore()
    const here = memoryAgents(store)
    const elsewhere = memoryAgents(store)
    const first = joining({ ip: '10.0.0.8' })
    const second = joining({ ip: '10.0.0.8' })
    await here.registration.join(first)
    await elsewhere.registration.leave(first, 'GOODBYE')
    // `here` still has the first agent as connected, and its ip as taken.
    expect(await here.registration.join(second)).toBeNull()
    expect((await elsewhere.registration.join(first))?.rejected).toBe('AGENT_IP_TAKEN')
    await elsewhere.registration.leave(second, 'GOODBYE')
    await elsewhere.registration.join(first)
    expect(await here.directory.find(second.agentId)).toMatchObject({ phase: 'CONNECTED' })
    expect(await here.directory.find(second.agentId, { isFresh: true })).toMatchObject({ phase: 'OFFLINE' })
    expect(await here.directory.find('10.0.0.8', { isFresh: true })).toMatchObject({ agentId: first.agentId, phase: 'CONNECTED' })
  })
})

function joining(given: Partial<Joining>): Joining {
  const agentId = randomAgentId()
  return {
    agentId,
    ip: '10.0.0.1',
    facts: { name: 'host', version: '0.2.0', platform: 'linux-x64', labels: {}, apps: [] },
    sessionId: `session of ${agentId}`,
    bootId: `boot of ${agentId}`,
    journalId: `journal of ${agentId}`,
    gatewayId: 'gateway',
    remoteAddress: '127.0.0.1',
    clockOffsetMs: 0,
    isOtherBootAlive: false,
    ...given,
  }
}

function setUp() {
  const memory = memoryEventStore()
  let appendCount = 0
  let isBroken = false
  const store: EventStore = {
    append(appends: readonly Append[]) {
      if (isBroken) throw new ElvesError('STORE_UNAVAILABLE', 'away', { canRetry: true })
      appendCount += 1
      return memory.append(appends)
    },
    readStream: (stream, options) => memory.readStream(stream, options),
    readStreams: (streams) => memory.readStreams(streams),
    readPrefixed: (prefixes) => memory.readPrefixed(prefixes),
    readAll: (options) => memory.readAll(options),
    subscribe: (options) => memory.subscribe(options),
    head: () => memory.head(),
    countAfter: (position) => memory.countAfter(position),
    close: () => memory.close(),
  }
  return {
    ...memoryAgents(store),
    appends: () => appendCount,
    breakStore: (broken: boolean) => {
      isBroken = broken
    },
  }
}
