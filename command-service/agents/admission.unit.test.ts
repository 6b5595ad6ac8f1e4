import { agentAggregate, agentStream } from '@elves/core/domain/agent/agent.ts'
import { joinTokenAggregate, joinTokenStream } from '@elves/core/domain/join-token/join-token.ts'
import { openAggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { memoryEventStore } from '@elves/core/eventing/memory/memory-event-store.ts'
import { randomAgentId } from '@elves/core/foundation/ids.ts'
import { expect, test } from 'vitest'
import { hashOfJoinToken, idOfJoinToken, joinTokenText } from '../join-tokens/token-text.ts'
import { type Asking, admission } from './admission.ts'

const own = 'own-token'
const context = { actor: { kind: 'SYSTEM', id: 'test', name: null }, correlationId: 'c', causationId: null, metadata: {} } as const

/** A gateway's admission on a store that others may share. */
function gatewayOn(store: EventStore, keylessAgents = false) {
  return admission({ aggregates: openAggregates({ store, cacheSize: 1_000 }), settings: { joinToken: own, keylessAgents } })
}

function asking(changes: Partial<Asking> = {}): Asking {
  const agentId = changes.agentId ?? randomAgentId()
  const facts = { name: 'host', version: '0.3.0', platform: 'linux-x64', labels: {}, apps: [] }
  const key = { publicKey: Buffer.from(agentId).toString('base64url'), isProven: true, next: null }
  return { agentId, bootId: `boot of ${agentId}`, sessionId: 's', ip: '10.0.0.1', facts, remoteAddress: '10.0.0.1', joinToken: own, key, ...changes }
}

async function newToken(store: EventStore, maxUses: number | null, approve = true): Promise<string> {
  const id = '0123456789ABCDEF'
  const text = joinTokenText(id, 'secret')
  const createdBy = { kind: 'LOCAL', id: 'ops', name: null } as const
  const secretHash = hashOfJoinToken(text)
  const settings = { name: 'racks', secretHash, expiresAt: null, maxUses, labels: { site: 'a' }, approve, isOwn: false, createdBy }
  const command = { type: 'CreateJoinToken', settings, idempotencyKey: null, now: 0 } as const
  await openAggregates({ store, cacheSize: 1 }).handle({ aggregate: joinTokenAggregate, stream: joinTokenStream(id), commands: [command], context })
  return text
}

const typesOf = async (store: EventStore) => (await store.readAll({ from: null, direction: 'forwards', limit: 1_000 })).map(({ event }) => event.type)
const code = async (answer: Promise<{ rejected: string } | null>) => (await answer)?.rejected ?? null

test('an agent enrols once with a token; from then on its key lets it in, whatever token it brings', async () => {
  const store = memoryEventStore()
  const gateway = gatewayOn(store)
  await gateway.makeOwnToken()
  await gateway.makeOwnToken()
  const agent = asking()
  expect(await gateway.admit(agent)).toBeNull()
  expect(await gatewayOn(store).admit({ ...agent, joinToken: '' })).toBeNull()
  expect(await typesOf(store)).toEqual(['JoinTokenCreated', 'JoinTokenUsed', 'AgentEnrolled'])
})

test('another key, no key and an unproven key are refused, each process with one event of an agent that is known', async () => {
  const store = memoryEventStore()
  const gateway = gatewayOn(store)
  await gateway.makeOwnToken()
  const agent = asking()
  const { key, agentId, ip, facts } = agent
  const unknown = { ...asking(), key: { publicKey: 'other', isProven: false, next: null } }
  expect(await code(gateway.admit(unknown))).toBe('AGENT_KEY_INVALID')
  await gateway.admit(agent)
  const commands = [{ type: 'TellFacts', agentId, ip, facts }] as const
  const aggregates = openAggregates({ store, cacheSize: 10 })
  await aggregates.handle({ aggregate: agentAggregate, stream: agentStream(agentId), commands, context })
  const before = (await typesOf(store)).length
  expect(await code(gateway.admit({ ...agent, bootId: 'x', key: { publicKey: 'other', isProven: true, next: null } }))).toBe('AGENT_KEY_MISMATCH')
  expect(await code(gateway.admit({ ...agent, bootId: 'x', key: { publicKey: 'other', isProven: true, next: null } }))).toBe('AGENT_KEY_MISMATCH')
  expect(await code(gateway.admit({ ...agent, bootId: 'y', key: null }))).toBe('AGENT_KEY_MISMATCH')
  expect(await code(gateway.admit({ ...agent, bootId: 'z', key: { publicKey: key?.publicKey ?? '', isProven: false, next: null } }))).toBe(
    'AGENT_KEY_INVALID',
  )
  expect((await typesOf(store)).slice(before)).toEqual(['AgentKeyRefused', 'AgentKeyRefused', 'AgentKeyRefused'])
})

test('an unproven key costs no read of the store', async () => {
  const memory = memoryEventStore()
  let reads = 0
  const counted = <Args extends unknown[], Result>(read: (...args: Args) => Result) => {
    return (...args: Args): Result => {
      reads += 1
      return read(...args)
    }
  }
  const store: EventStore = {
    append: (appends) => memory.append(appends),
    readStream: counted(memory.readStream.bind(memory)),
    readStreams: counted(memory.readStreams.bind(memory)),
    readPrefixed: (prefixes) => memory.readPrefixed(prefixes),
    readAll: (options) => memory.readAll(options),
    subscribe: (options) => memory.subscribe(options),
    head: () => memory.head(),
    countAfter: (position) => memory.countAfter(position),
    close: () => memory.close(),
  }
  const gateway = gatewayOn(store)
  await gateway.makeOwnToken()
  const agent = asking()
  await gateway.admit(agent)
  reads = 0
  const key = { publicKey: agent.key?.publicKey ?? '', isProven: false, next: null }
  for (const bootId of ['x', 'y']) expect(await code(gateway.admit({ ...agent, bootId, key }))).toBe('AGENT_KEY_INVALID')
  for (let nth = 0; nth < 20; nth++) expect(await code(gateway.admit({ ...asking(), key }))).toBe('AGENT_KEY_INVALID')
  expect(reads).toBe(0)
  await gateway.admit(asking())
  expect(reads).toBeGreaterThan(0)
})

test('an agent changes its key with a hello that has proven both, and neither its answer nor its next hello need arrive', async () => {
  const store = memoryEventStore()
  const gateway = gatewayOn(store)
  await gateway.makeOwnToken()
  const agent = asking()
  const { publicKey = '' } = agent.key ?? {}
  await gateway.admit(agent)
  const changing = { ...agent, key: { publicKey, isProven: true, next: 'next-key' } }
  // At two gateways, and again where the answer was lost: one event.
  for (const at of [gateway, gatewayOn(store), gateway]) expect(await at.admit(changing)).toBeNull()
  expect((await typesOf(store)).slice(3)).toEqual(['AgentKeyRotated'])
  expect(await code(gatewayOn(store).admit(agent))).toBe('AGENT_KEY_MISMATCH')
  expect(await gateway.admit({ ...agent, key: { publicKey: 'next-key', isProven: true, next: null } })).toBeNull()
  expect(await code(gateway.admit({ ...agent, key: { publicKey: 'thief', isProven: true, next: 'thief-2' } }))).toBe('AGENT_KEY_MISMATCH')
})

test('an agent that enrols while it changes its key is known by the next one', async () => {
  const store = memoryEventStore()
  const gateway = gatewayOn(store)
  await gateway.makeOwnToken()
  const agent = asking()
  expect(await gateway.admit({ ...agent, key: { publicKey: 'first', isProven: true, next: 'next' } })).toBeNull()
  expect(await gateway.admit({ ...agent, key: { publicKey: 'next', isProven: true, next: null } })).toBeNull()
  expect(await code(gateway.admit({ ...agent, key: { publicKey: 'first', isProven: true, next: null } }))).toBe('AGENT_KEY_MISMATCH')
})

test('a token for two lets two in, also at two gateways at once', async () => {
  const store = memoryEventStore()
  const joinToken = await newToken(store, 2)
  const [one, other] = [gatewayOn(store), gatewayOn(store)]
  const agents = Array.from({ length: 10 }, () => asking({ joinToken }))
  const answers = await Promise.all(agents.map((agent, index) => code((index % 2 === 0 ? one : other).admit(agent))))
  expect(answers.filter((answer) => answer === null)).toHaveLength(2)
  expect(new Set(answers)).toEqual(new Set([null, 'JOIN_TOKEN_USED_UP']))
  const types = await typesOf(store)
  expect(types.filter((type) => type === 'JoinTokenUsed')).toHaveLength(2)
  expect(types.filter((type) => type === 'AgentEnrolled')).toHaveLength(2)
  expect(types.filter((type) => type === 'JoinTokenRefused')).toHaveLength(8)
})

test('an agent that waits for approval is refused until then, and tells who it is', async () => {
  const store = memoryEventStore()
  const gateway = gatewayOn(store)
  const agent = asking({ joinToken: await newToken(store, null, false) })
  expect(await code(gateway.admit(agent))).toBe('AGENT_PENDING')
  expect(await code(gateway.admit(agent))).toBe('AGENT_PENDING')
  expect(await typesOf(store)).toEqual(['JoinTokenCreated', 'JoinTokenUsed', 'AgentEnrolled', 'AgentRegistered'])
})

test('who brings no token that is known is refused without an event', async () => {
  const store = memoryEventStore()
  const gateway = gatewayOn(store)
  await gateway.makeOwnToken()
  for (const joinToken of ['', 'guess', joinTokenText('0123456789ABCDEF', 'guess')]) {
    expect(await code(gateway.admit(asking({ joinToken })))).toBe('JOIN_TOKEN_INVALID')
  }
  expect(await typesOf(store)).toEqual(['JoinTokenCreated'])
})

test('an agent of a release without keys is served where the setting says so, and only while its id has no key', async () => {
  const store = memoryEventStore()
  const old = asking({ key: null })
  expect(await code(gatewayOn(store).admit(old))).toBe('AGENT_KEY_MISSING')
  const lenient = gatewayOn(store, true)
  await lenient.makeOwnToken()
  expect(await lenient.admit(old)).toBeNull()
  expect(await code(lenient.admit({ ...old, joinToken: 'guess' }))).toBe('JOIN_TOKEN_INVALID')
  expect(await lenient.admit(asking({ agentId: old.agentId }))).toBeNull()
  expect(await code(lenient.admit(old))).toBe('AGENT_KEY_MISMATCH')
})

test('the id of an agent without a key is claimed with a token only where somebody approves it, once those are not served any more', async () => {
  const store = memoryEventStore()
  const { agentId, ip, facts, ...old } = asking({ key: null })
  const lenient = gatewayOn(store, true)
  await lenient.makeOwnToken()
  expect(await lenient.admit({ agentId, ip, facts, ...old })).toBeNull()
  const commands = [{ type: 'TellFacts', agentId, ip, facts }] as const
  await openAggregates({ store, cacheSize: 10 }).handle({ aggregate: agentAggregate, stream: agentStream(agentId), commands, context })
  const strict = gatewayOn(store)
  expect(await code(strict.admit(asking({ agentId })))).toBe('AGENT_PENDING')
  expect(await strict.admit(asking())).toBeNull()
})

test('the id of a token is read from it, and of a text of the setting made from its hash', () => {
  expect(idOfJoinToken(joinTokenText('0123456789ABCDEF', 'secret'))).toBe('0123456789ABCDEF')
  expect(idOfJoinToken('for-trying-out')).toMatch(/^[0-9A-F]{16}$/)
  expect(idOfJoinToken('for-trying-out')).not.toBe(idOfJoinToken('for-trying'))
})
