import type { AddressInfo } from 'node:net'
import { runOneTask } from '@elves/core/command-api/run-task.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { type Client, createClient } from 'graphql-ws'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { agentId, type Edge, edge, type Json } from './edge.ts'

let it: Edge
let url: string
const clients: Client[] = []

async function start(env: Record<string, string> = {}): Promise<void> {
  it = await edge({ env })
  await it.server.listen({ host: '127.0.0.1', port: 0 })
  url = `ws://127.0.0.1:${(it.server.server.address() as AddressInfo).port}/graphql`
}

beforeEach(() => start())
afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose()
  await it.stop()
})

function client(): Client {
  const made = createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0 })
  clients.push(made)
  return made
}

interface Followed {
  readonly items: Json[]
  readonly errors: Json[]
  isComplete: boolean
  stop(): void
}

function follow(query: string, variables: Record<string, unknown> = {}, by: Client = client()): Followed {
  const items: Json[] = []
  const errors: Json[] = []
  const followed: Followed = { items, errors, isComplete: false, stop: () => {} }
  followed.stop = by.subscribe<Json>(
    { query, variables },
    {
      next: ({ data, errors: inner }) => {
        if (data) items.push(Object.values(data)[0])
        errors.push(...(inner ?? []))
      },
      error: (error) => errors.push(...[error].flat()),
      complete: () => {
        followed.isComplete = true
      },
    },
  )
  return followed
}

const changes = 'subscription ($f: TaskFilter, $after: Position) { taskChanged(filter: $f, after: $after) { position task { id state position } } }'
const appended = 'subscription ($f: EventFilter, $after: Position) { eventAppended(filter: $f, after: $after) { position type stream version } }'
const request = {
  agent: '10.0.0.1',
  app: 'apptest',
  func: 'f',
  param: null,
  proxy: null,
  processor: false,
  timeoutMs: 0,
  wait: true,
  idempotencyKey: null,
}
const caller = { actor: { kind: 'LOCAL', id: 'local', name: null }, correlationId: 'c', metadata: {} } as const
const states = ['REQUESTED', 'DISPATCHED', 'ACKNOWLEDGED', 'RUNNING', 'SUCCEEDED']

const runTask = async (wait = true): Promise<string> => (await runOneTask(it.commands, caller, { ...request, wait })).taskId ?? ''
const log = (): Promise<readonly RecordedEvent[]> => it.store.readAll({ from: null, direction: 'forwards', limit: 1e6 })
const start0 = async (): Promise<string> => `${(await it.store.head()).slice(0, 9)}${'0'.repeat(16)}`

test('delivers a task as of each position, from now on', async () => {
  await runTask()
  const followed = follow(changes)
  await waitFor(() => it.follows() > 0)
  const id = await runTask()
  await waitFor(() => followed.items.length === 5)
  const events = await it.store.readStream(`task-${id}`)
  expect(followed.items).toEqual(events.map(({ position }, index) => ({ position, task: { id, state: states[index], position } })))
})

test('delivers what happened since a position, then goes on live', async () => {
  const first = await runTask()
  const followed = follow(changes, { after: await start0() })
  await waitFor(() => followed.items.length === 5)
  const second = await runTask()
  await waitFor(() => followed.items.length === 10)
  expect(followed.items.map(({ task }) => [task.id, task.state])).toEqual([first, second].flatMap((id) => states.map((state) => [id, state])))
})

test('begins in the middle of a task with the state that it had there', async () => {
  const id = await runTask()
  const events = await it.store.readStream(`task-${id}`)
  const followed = follow(changes, { after: events[2]?.position })
  await waitFor(() => followed.items.length === 2)
  expect(followed.items.map(({ task }) => task.state)).toEqual(['RUNNING', 'SUCCEEDED'])
})

test('shows a filter both the state that is entered and the one that is left', async () => {
  const followed = follow(changes, { f: { states: ['RUNNING'] }, after: await it.store.head() })
  await runTask()
  await waitFor(() => followed.items.length === 2)
  expect(followed.items.map(({ task }) => task.state)).toEqual(['RUNNING', 'SUCCEEDED'])
})

test('follows agents, and both agents where an alias moves', async () => {
  const query = 'subscription ($after: Position) { agentChanged(after: $after) { agent { id ip state lastSeenAt } } }'
  const followed = follow(query, { after: await it.store.head() })
  const other = 'b'.repeat(32)
  await it.commands.append('agentip-10.0.0.1', [{ type: 'AgentIpClaimed', data: { ip: '10.0.0.1', agentId: other, previousAgentId: agentId } }])
  await waitFor(() => followed.items.length === 2)
  expect(followed.items.map(({ agent }) => [agent.id, agent.ip, agent.state])).toEqual([
    [other, '10.0.0.1', 'PENDING'],
    [agentId, '', 'CONNECTED'],
  ])
})

test('follows events by type, app and agent', async () => {
  const followed = follow(appended, { f: { types: ['TaskStarted'], apps: ['apptest'], agents: ['10.0.0.1'] }, after: await start0() })
  await runTask()
  await runTask()
  await waitFor(() => followed.items.length === 2)
  expect(followed.items.map(({ type }) => type)).toEqual(['TaskStarted', 'TaskStarted'])
})

test('a client that is cut at random moments and resumes sees each change once, in order', async () => {
  const seen: string[] = []
  let after = await start0()
  let isWriting = true
  const writing = (async () => {
    for (let index = 0; index < 150; index++) {
      await runTask()
      await new Promise((resolve) => setImmediate(resolve))
    }
    isWriting = false
  })()
  const isDone = async () => !isWriting && seen.length >= (await log()).length
  for (let cut = 0; !(await isDone()); cut++) {
    const socketClient = client()
    const followed = follow(appended, { after }, socketClient)
    const enough = 1 + ((cut * 37) % 120)
    await waitFor(
      async () => followed.items.length >= enough || (await isDone()) || (!isWriting && seen.length + followed.items.length >= (await log()).length),
    )
    if (cut % 2) socketClient.terminate()
    else await socketClient.dispose()
    seen.push(...followed.items.map(({ position }) => position))
    after = seen.at(-1) ?? after
  }
  await writing
  expect(seen).toEqual((await log()).map(({ position }) => position))
})

test('a slow subscriber is closed with SUBSCRIBER_TOO_SLOW and resumes; the others lose nothing', async () => {
  await it.stop()
  await start({ ELVES_SUBSCRIBER_BUFFER: '50' })
  const slow = await stalledSocket()
  slow.send({ id: '1', type: 'subscribe', payload: { query: 'subscription { eventAppended { position data } }' } })
  const quick = follow(appended)
  await waitFor(() => it.follows() > 0)
  await waitFor(async () => {
    await it.commands.append('agentip-1', [{ type: 'AgentIpClaimed', data: { ip: '1', agentId: 'c'.repeat(32), previousAgentId: null } }])
    return quick.items.length > 0
  })
  const before = quick.items.length
  slow.pause()
  const facts = { name: 'n'.repeat(200_000), version: '', platform: '', labels: {}, apps: [] }
  for (let index = 0; index < 120; index++) {
    await it.commands.append(`agent-${agentId}`, [{ type: 'AgentFactsChanged', data: { agentId, ip: '10.0.0.1', facts } }])
    await waitFor(() => quick.items.length >= before + index + 1)
  }
  slow.resume()
  const error = await waitFor(() => slow.messages.find(({ type }) => type === 'error'))
  expect(error.payload[0].extensions).toMatchObject({ code: 'SUBSCRIBER_TOO_SLOW', canRetry: true })
  expect(quick.errors).toEqual([])
  const last = slow.messages.findLast(({ type }) => type === 'next').payload.data.eventAppended.position
  const resumed = follow(appended, { after: last })
  await waitFor(() => resumed.items.at(-1)?.position === quick.items.at(-1)?.position)
  const missed = (await log()).filter(({ position }) => position > last)
  expect(resumed.items.map(({ position }) => position)).toEqual(missed.map(({ position }) => position))
  slow.terminate()
})

test('reads the log once for many subscribers', async () => {
  const many = Array.from({ length: 20 }, () => follow(appended))
  await waitFor(() => it.follows() > 0)
  await waitFor(async () => {
    await runTask()
    return many.every(({ items }) => items.length > 0)
  })
  await runTask()
  await waitFor(async () => many.every(({ items }) => items.at(-1)?.stream === many[0]?.items.at(-1)?.stream && items.at(-1)?.version === 4))
  expect([it.follows(), it.readModels.calls.get('eventsAfter') ?? 0]).toEqual([1, 0])
})

test.each([
  ['POSITION_UNKNOWN', appended, { after: 'ffffffff-0000000000000001' }],
  ['POSITION_INVALID', appended, { after: 'nonsense' }],
  ['BAD_REQUEST', 'subscription { nothing { id } }', {}],
  ['BAD_REQUEST', 'subscription {', {}],
  [
    'QUERY_TOO_COMPLEX',
    'subscription { taskChanged { task { history(first: 500) { nodes { id } } agent { tasks(first: 500) { nodes { history(first: 500) { nodes { id } } } } } } } }',
    {},
  ],
])('refuses a subscription with %s', async (code, query, variables) => {
  const followed = follow(query, variables)
  await waitFor(() => followed.errors.length > 0)
  expect(followed.errors[0].extensions.code).toBe(code)
})

test('runs queries and mutations over the socket too, with codes in their errors', async () => {
  const done = follow('mutation { runTask(input: { agent: "10.0.0.1", app: "a", func: "f" }) { task { state } } }')
  const failed = follow('{ task(id: "X", notBefore: "ffffffff-0000000000000001") { id } }')
  await waitFor(() => done.isComplete && failed.errors.length > 0)
  expect([done.items[0].task.state, failed.errors[0].extensions.code]).toEqual(['SUCCEEDED', 'POSITION_UNKNOWN'])
})

test.each([
  ['another origin', { origin: 'http://evil.example' }],
  ['another host', { host: 'evil.example' }],
])('refuses the upgrade of %s', async (_what, headers) => {
  const socket = new WebSocket(url, 'graphql-transport-ws', { headers })
  const [status] = await new Promise<[number | undefined]>((resolve) => {
    socket.on('unexpected-response', (_request, response) => resolve([response.statusCode]))
    socket.on('error', () => {})
    socket.on('open', () => resolve([101]))
  })
  expect(status).toBe(403)
  socket.terminate()
})

test('ends the subscriptions when it stops', async () => {
  const followed = follow(appended)
  await waitFor(() => it.follows() > 0)
  await it.stop()
  await waitFor(() => followed.isComplete || followed.errors.length > 0)
  await start()
})

/** A client that can stop reading. Unread messages stay in the network and in the server's queues. */
async function stalledSocket() {
  const socket = new WebSocket(url, 'graphql-transport-ws')
  const messages: Json[] = []
  socket.on('message', (data) => messages.push(JSON.parse(String(data))))
  await new Promise((resolve) => socket.once('open', resolve))
  const send = (message: object): void => socket.send(JSON.stringify(message))
  send({ type: 'connection_init' })
  await waitFor(() => messages.length > 0)
  return { messages, send, pause: () => socket.pause(), resume: () => socket.resume(), terminate: () => socket.terminate() }
}
