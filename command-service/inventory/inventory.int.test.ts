import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { agentStream } from '@elves/core/domain/agent/agent.ts'
import { isAnyAgentEvent } from '@elves/core/domain/agent-events.ts'
import { agentIpStream } from '@elves/core/domain/agent-ip/agent-ip.ts'
import { inventoryAggregate } from '@elves/core/domain/inventory/inventory.ts'
import { openAggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { memoryEventStore } from '@elves/core/eventing/memory/memory-event-store.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { labelSourcesOf, labelsOf } from '@elves/core/read-models/agents/agent-labels.ts'
import { type AgentView, agentsOf, evolveAgentView } from '@elves/core/read-models/agents/agent-view.ts'
import { evolveInventorySourceView, type InventorySourceView } from '@elves/core/read-models/inventory/inventory-source-view.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { agentDirectory } from '../agents/agent-directory.ts'
import { addressRule } from '../webhook-sender/address-rule.ts'
import { Inventory } from './inventory.ts'

const [one, two] = ['1'.repeat(32), '2'.repeat(32)]
const signal = new AbortController().signal
const held = { token: 1, signal, isValid: () => true }
let folder: string
let file: string
let store: EventStore
let server: Server
let url: string
let answer: { status: number; body: string }
let asked: (string | undefined)[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elves-inventory-'))
  file = join(folder, 'inventory.json')
  store = memoryEventStore()
  asked = []
  server = createServer((request, response) => {
    asked.push(request.headers.authorization)
    response.writeHead(answer.status, { location: '/elsewhere' }).end(answer.body)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hosts?token=hidden`
  await register(one, '10.0.0.1', { site: 'own', rack: 'own' })
  await register(two, '10.0.0.2', {})
})

afterEach(async () => {
  await new Promise((closed) => server.close(closed))
  await store.close()
  await rm(folder, { recursive: true })
})

async function register(agentId: string, ip: string, labels: Readonly<Record<string, string>>): Promise<void> {
  const facts = { name: `host-${ip}`, version: '0.3.0', platform: 'linux-x64', labels, apps: [] }
  const context = { actor: { kind: 'AGENT', id: agentId, name: null }, correlationId: 'c', causationId: null, metadata: {} } as const
  const append = (stream: string, event: Parameters<EventStore['append']>[0][number]['events'][number]['event']) =>
    store.append([{ stream, expectedVersion: -1, events: [{ id: crypto.randomUUID(), event, context }] }])
  await append(agentStream(agentId), { type: 'AgentRegistered', data: { agentId, ip, facts } })
  await append(agentIpStream(ip), { type: 'AgentIpClaimed', data: { ip, agentId, previousAgentId: null } })
}

function inventory({ networks = 'all', on = store } = {}): Inventory {
  const aggregates = openAggregates({ store: on, cacheSize: 1_000 })
  const agents = { aggregates, directory: agentDirectory(aggregates) }
  return new Inventory({ path: file, aggregates, agents, rule: addressRule(networks), timeoutMs: 5_000, logger: silentLogger })
}

/** A new owner reads what is configured now, once. */
async function look({
  lease = held,
  ...of
}: {
  readonly networks?: string
  readonly lease?: typeof held
  readonly on?: EventStore
} = {}): Promise<void> {
  await inventory(of).look(lease)
}

async function configure(...sources: object[]): Promise<void> {
  await writeFile(file, JSON.stringify({ sources }))
}

const log = () => store.readAll({ from: null, direction: 'forwards', limit: 10_000 })

async function agentOf(id: string): Promise<AgentView> {
  let view: AgentView | null = null
  for (const event of (await log()).filter(isAnyAgentEvent)) if (agentsOf(event.event).includes(id)) view = evolveAgentView(view, id, event)
  return view as AgentView
}

async function sourceOf(name: string): Promise<InventorySourceView | null> {
  let view: InventorySourceView | null = null
  for (const event of await log()) {
    if (inventoryAggregate.isEvent(event) && event.event.data.source === name) view = evolveInventorySourceView(view, event)
  }
  return view
}

function hosts(...items: object[]): { status: number; body: string } {
  return { status: 200, body: JSON.stringify({ data: { hosts: items } }) }
}

const cmdb = () => ({ name: 'cmdb', url, headers: { authorization: 'Bearer secret' }, items: 'data.hosts', match: { ip: 'address' } })

test('labels of a JSON document that is asked for by HTTP, with its headers, are those of the agents that it names', async () => {
  answer = hosts({ address: '10.0.0.1', site: '上海', cores: 8, note: null }, { address: '10.0.0.2', site: 'b' }, { address: '10.9.9.9', site: 'c' })
  await configure(cmdb())
  await look()
  expect(asked).toEqual(['Bearer secret'])
  expect(labelsOf(await agentOf(one))).toEqual({ site: '上海', rack: 'own', cores: '8' })
  expect(labelSourcesOf(await agentOf(one))).toEqual({
    site: { source: 'INVENTORY', inventory: 'cmdb', value: '上海', overridden: [{ source: 'AGENT', value: 'own' }] },
    rack: { source: 'AGENT', value: 'own', overridden: [] },
    cores: { source: 'INVENTORY', inventory: 'cmdb', value: '8', overridden: [] },
  })
  expect(await sourceOf('cmdb')).toMatchObject({ state: 'SYNCED', lastError: null, counts: { entries: 3, agents: 2, skipped: 0 } })
  // What events keep for ever has no secret of the configuration.
  expect(JSON.stringify(await log())).not.toMatch(/secret|hidden/)
})

test('what did not change is no event, and what is gone is one', async () => {
  answer = hosts({ address: '10.0.0.1', site: 'a' }, { address: '10.0.0.2', site: 'b' })
  await configure(cmdb())
  await look()
  const { length } = await log()
  await look()
  expect(await log()).toHaveLength(length)
  answer = hosts({ address: '10.0.0.1', site: 'a' })
  await look()
  expect((await log()).slice(length).map(({ event }) => event.type)).toEqual(['AgentInventoryLabelsSet', 'InventoryAgentsDropped', 'InventorySynced'])
  expect(labelsOf(await agentOf(two))).toEqual({})
})

test('a CSV file gives the labels that are chosen; entries that can be none are counted', async () => {
  const csv = join(folder, 'racks.csv')
  await writeFile(csv, `\ufeffid,room,"rack, row"\n${one},"b ""1""",7\n${two},,8\n,x,9\n${one.replace('1', '3')},"two\nlines",9\n`)
  await configure({ name: 'racks', file: csv, match: { id: 'id' }, labels: { 机房: 'room', rack: 'rack, row' } })
  await look()
  expect(labelsOf(await agentOf(one))).toEqual({ site: 'own', rack: '7', 机房: 'b "1"' })
  expect(labelsOf(await agentOf(two))).toEqual({ rack: '8' })
  expect(await sourceOf('racks')).toMatchObject({ settings: { kind: 'FILE', location: csv }, counts: { entries: 4, agents: 2, skipped: 2 } })
})

test('a JSON file gives labels too: the document is the list, and a field that has no value is no label', async () => {
  const path = join(folder, 'racks.json')
  await writeFile(path, JSON.stringify([{ ip: '10.0.0.1', room: 'b', row: null, floor: 2, isSpare: true }]))
  await configure({ name: 'racks', file: path, match: { ip: 'ip' } })
  await look()
  expect(labelsOf(await agentOf(one))).toEqual({ site: 'own', rack: 'own', room: 'b', floor: '2', isSpare: 'true' })
})

test('each source is read again when its time is over, and a change of the file counts without a restart', async () => {
  answer = hosts({ address: '10.0.0.1', site: 'a' })
  await configure({ ...cmdb(), everyMs: 1_000 })
  const stopping = new AbortController()
  const working = inventory().whileHeld({ ...held, signal: stopping.signal })
  await waitFor(() => asked.length > 1, { what: 'the second time' })
  answer = hosts({ address: '10.0.0.1', site: 'b' })
  await waitFor(async () => labelsOf(await agentOf(one))['site'] === 'b', { what: 'what the source says by now' })
  await configure({ ...cmdb(), everyMs: 1_000, labels: { place: 'site' } })
  await waitFor(async () => labelsOf(await agentOf(one))['place'] === 'b', { what: 'what is configured by now' })
  stopping.abort()
  await working
})

test('of several inventories the first by name counts, and what people say counts more', async () => {
  answer = hosts({ address: '10.0.0.1', site: 'second' })
  await configure({ ...cmdb(), name: 'b' }, { ...cmdb(), name: 'a', labels: { site: 'address' } })
  await look()
  expect(labelsOf(await agentOf(one))['site']).toBe('10.0.0.1')
  const { version } = (await store.readStream(agentStream(one))).at(-1) ?? { version: -1 }
  const context = { actor: { kind: 'LOCAL', id: 'local', name: null }, correlationId: 'c', causationId: null, metadata: {} } as const
  const event = { type: 'AgentLabelsSet', data: { agentId: one, labels: { site: 'said' } } } as const
  await store.append([{ stream: agentStream(one), expectedVersion: version, events: [{ id: crypto.randomUUID(), event, context }] }])
  const { site } = labelSourcesOf(await agentOf(one))
  expect([site?.value, ...(site?.overridden ?? []).map(({ source, inventory }) => inventory ?? source)]).toEqual(['said', 'a', 'b', 'AGENT'])
})

test.each([
  ['answers with an error', { status: 500, body: '' }, 'HTTP 500'],
  ['answers with a redirect', { status: 302, body: '' }, 'HTTP 302'],
  ['is no JSON', { status: 200, body: '<html>' }, 'JSON'],
  ['has no list', { status: 200, body: '{}' }, 'no list of entries at data.hosts'],
  ['has no entry any more', { status: 200, body: '{"data":{"hosts":[]}}' }, 'no entry of an agent any more'],
])('a source that %s changes no label, and is told once until it is back', async (_, broken, words) => {
  const whole = hosts({ address: '10.0.0.1', site: 'a' })
  answer = whole
  await configure(cmdb())
  await look()
  const labels = labelsOf(await agentOf(one))
  answer = broken
  await look()
  const { length } = await log()
  await look()
  expect(await log()).toHaveLength(length)
  expect(labelsOf(await agentOf(one))).toEqual(labels)
  expect(await sourceOf('cmdb')).toMatchObject({ state: 'FAILING', lastError: expect.stringContaining(words), counts: { agents: 1 } })
  answer = whole
  await look()
  expect(await sourceOf('cmdb')).toMatchObject({ state: 'SYNCED' })
})

test('a source does not lead into the network of the center, unless the setting of webhooks allows it', async () => {
  answer = hosts({ address: '10.0.0.1', site: 'a' })
  await configure(cmdb())
  await look({ networks: '' })
  expect(asked).toEqual([])
  expect(await sourceOf('cmdb')).toMatchObject({ state: 'FAILING', lastError: expect.stringContaining('ADDRESS_REFUSED') })
})

test('a source that the file does not have any more takes its labels with it; a file that can not be read takes none', async () => {
  answer = hosts({ address: '10.0.0.1', site: 'a' })
  await configure(cmdb())
  await look()
  await writeFile(file, '{"sources": [{"name": "cmdb"}]}')
  await look()
  expect(await sourceOf('cmdb')).toMatchObject({ state: 'FAILING', lastError: expect.stringContaining('the file of inventory sources') })
  expect(labelsOf(await agentOf(one))['site']).toBe('a')
  await configure()
  await look()
  expect(await sourceOf('cmdb')).toMatchObject({ state: 'REMOVED', counts: { agents: 0 } })
  expect(labelsOf(await agentOf(one))).toEqual({ site: 'own', rack: 'own' })
})

test('an owner that dies after any of its writes leaves nothing that the next one does not put right', async () => {
  await configure(cmdb())
  for (let writes = 0; writes < 8; writes++) {
    answer = hosts({ address: '10.0.0.1', site: `${writes}` })
    let left = writes % 4
    const dying: EventStore = {
      ...store,
      append: (appends) => (left-- > 0 ? store.append(appends) : Promise.reject(new Error('it died'))),
      readStream: (...read) => store.readStream(...read),
      readStreams: (...read) => store.readStreams(...read),
    }
    await look({ on: dying }).catch(() => undefined)
    answer = hosts({ address: '10.0.0.2', site: `${writes}` })
    await look()
    expect([labelsOf(await agentOf(one))['site'], labelsOf(await agentOf(two))['site']]).toEqual(['own', `${writes}`])
  }
})

test('an owner that lost its lease writes nothing more', async () => {
  answer = hosts({ address: '10.0.0.1', site: 'a' })
  await configure(cmdb())
  const { length } = await log()
  await expect(look({ lease: { ...held, isValid: () => false } })).rejects.toMatchObject({ code: 'LEASE_LOST' })
  expect(await log()).toHaveLength(length)
})
