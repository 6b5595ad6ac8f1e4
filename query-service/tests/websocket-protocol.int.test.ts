import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { release } from '@elves/core/foundation/release.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type Edge, type EdgeOptions, edge, type Json } from './edge.ts'

/** The protocol graphql-transport-ws, message by message, as other clients rely on it. */

let it: Edge
const sockets: WebSocket[] = []

beforeEach(() => start())
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate()
  await it.stop()
})

async function start(options: EdgeOptions = {}): Promise<void> {
  it = await edge(options)
  await it.server.listen({ host: '127.0.0.1', port: 0 })
}

interface Talk {
  readonly socket: WebSocket
  readonly messages: Json[]
  /** Close code and reason. */
  readonly closed: Promise<[number, string]>
  say(message: object): void
}

async function opened(protocols: string | string[] = 'graphql-transport-ws', path = '/graphql'): Promise<Talk> {
  const socket = new WebSocket(`ws://127.0.0.1:${(it.server.server.address() as AddressInfo).port}${path}`, protocols)
  sockets.push(socket)
  const messages: Json[] = []
  socket.on('message', (data) => messages.push(JSON.parse(String(data))))
  const closed = new Promise<[number, string]>((resolve) => socket.once('close', (code, reason) => resolve([code, String(reason)])))
  await once(socket, 'open')
  return { socket, messages, closed, say: (message) => socket.send(JSON.stringify(message)) }
}

async function acknowledged(): Promise<Talk> {
  const talk = await opened()
  talk.say({ type: 'connection_init' })
  await waitFor(() => talk.messages.length === 1)
  expect(talk.messages.splice(0)).toEqual([{ type: 'connection_ack' }])
  return talk
}

const subscribe = (query: string, more: object = {}) => ({ id: '1', type: 'subscribe', payload: { query, ...more } })
const follow = subscribe('subscription { eventAppended { position } }')
const version = subscribe('{ platform { version } }')

test.each([
  ['both protocols, the older one first, as the gql of Python does', ['apollo', 'graphql-ws', 'graphql-transport-ws']],
  ['both protocols, ours first', ['graphql-transport-ws', 'graphql-ws']],
])('speaks ours with a client that offers %s', async (_what, protocols) => {
  expect((await opened(protocols)).socket.protocol).toBe('graphql-transport-ws')
})

test('closes a client that speaks only another protocol with 4406', async () => {
  expect((await (await opened('graphql-ws')).closed)[0]).toBe(4406)
})

test.each([
  ['a document that does not validate', '{ nothing }', {}],
  ['a mutation that does not validate', 'mutation { runTask { position } }', {}],
  ['a subscription that does not validate', 'subscription { nothing }', {}],
  ['a document that does not parse', '{ platform {', {}],
  ['an operation that is not there', 'query A { platform { version } }', { operationName: 'B' }],
  ['what costs too much', `{ ${Array.from({ length: 51 }, (_, n) => `a${n}: platform { version }`).join(' ')} }`, {}],
])('answers %s by an error message, and goes on', async (_what, query, more) => {
  const talk = await acknowledged()
  talk.say(subscribe(query, more))
  await waitFor(() => talk.messages.length === 1)
  const code = query.length > 500 ? 'QUERY_TOO_COMPLEX' : 'BAD_REQUEST'
  expect(talk.messages.splice(0)).toMatchObject([{ id: '1', type: 'error', payload: [{ extensions: { code } }] }])
  talk.say(version)
  await waitFor(() => talk.messages.length === 2)
  expect(talk.messages).toEqual([
    { id: '1', type: 'next', payload: { data: { platform: { version: release } } } },
    { id: '1', type: 'complete' },
  ])
})

test('tells at once of a subscription over the limits', async () => {
  const talk = await acknowledged()
  const many = Array.from({ length: 51 }, (_, nth) => `a${nth}: position`).join(' ')
  for (let nth = 1; nth <= 3; nth++) {
    talk.say(subscribe(`subscription { eventAppended { ${many} } }`))
    await waitFor(() => talk.messages.length === nth)
  }
  expect(talk.messages.map(({ payload }) => payload[0].extensions.code)).toEqual(Array(3).fill('QUERY_TOO_COMPLEX'))
  const told = async () =>
    (await it.store.readAll({ from: null, direction: 'forwards', limit: 100 })).flatMap(({ event }) =>
      event.type === 'RequestRefused' ? [event.data] : [],
    )
  await waitFor(async () => (await told()).length > 0)
  expect(await told()).toMatchObject([{ reason: 'OVER_LIMITS', door: 'GET /graphql', userId: null, remoteAddress: '127.0.0.1', count: 1 }])
})

test('shows its schema over WebSocket, or not, as it is set', async () => {
  const introspection = subscribe('{ __schema { queryType { name } } }')
  const open = await acknowledged()
  open.say(introspection)
  await waitFor(() => open.messages.length === 2)
  expect(open.messages[0].payload.data.__schema.queryType.name).toBe('Query')
  await it.stop()
  await start({ env: { ELVES_INTROSPECTION: 'false' } })
  const shut = await acknowledged()
  shut.say(introspection)
  await waitFor(() => shut.messages.length === 1)
  expect([shut.messages[0].type, shut.messages[0].payload[0].extensions.code]).toEqual(['error', 'BAD_REQUEST'])
})

test('answers what ran by next, with its errors', async () => {
  const talk = await acknowledged()
  talk.say(subscribe('{ tasks(first: 501) { nodes { id } } }'))
  await waitFor(() => talk.messages.length === 2)
  const payload = { data: null, errors: [{ path: ['tasks'], extensions: { code: 'PAGE_TOO_LARGE' } }] }
  expect(talk.messages).toMatchObject([
    { id: '1', type: 'next', payload },
    { id: '1', type: 'complete' },
  ])
})

test('takes an id again when its operation is complete', async () => {
  const talk = await acknowledged()
  talk.say(follow)
  talk.say({ id: '1', type: 'complete' })
  talk.say(version)
  await waitFor(() => talk.messages.some(({ type }) => type === 'complete'))
  expect(talk.messages.map(({ type }) => type)).toEqual(['next', 'complete'])
})

test.each<[number, string, (talk: Talk) => void]>([
  [4400, 'is no JSON', ({ socket }) => socket.send('nonsense')],
  [4400, 'is of no known type', ({ say }) => say({ type: 'start' })],
  [4400, 'has no id', ({ say }) => say({ type: 'subscribe', payload: { query: '{ platform { version } }' } })],
  [4400, 'has variables that are no object', ({ say }) => say(subscribe('{ platform { version } }', { variables: [1] }))],
  [4409, 'begins an operation under an id that is in use', ({ say }) => [follow, follow].forEach(say)],
  [4409, 'begins a query under an id that is in use', ({ say }) => [follow, version].forEach(say)],
  [4429, 'asks to begin a second time', ({ say }) => say({ type: 'connection_init' })],
  [1007, 'is text, and not UTF-8', ({ socket }) => socket.send(Buffer.from([0x22, 0xd6, 0xd0, 0x22]), { binary: false })],
  [1007, 'is binary, and not UTF-8', ({ socket }) => socket.send(Buffer.from([0x22, 0xd6, 0xd0, 0x22]))],
])('closes with %i when a message %s', async (code, _what, act) => {
  const talk = await acknowledged()
  act(talk)
  expect((await talk.closed)[0]).toBe(code)
})

test('closes with 4401 when an operation comes before the beginning', async () => {
  const talk = await opened()
  talk.say(version)
  expect(await talk.closed).toEqual([4401, 'Unauthorized'])
})

test('closes with 4408 when nothing begins in time', async () => {
  expect((await (await opened()).closed)[0]).toBe(4408)
})

test.each([
  ['/nowhere', 404],
  ['/healthz', 200],
  ['/api/v2/rt/exec', 200],
  ['/graphiql', 200],
])('answers a WebSocket at %s as if it had not been offered', async (path, status) => {
  await expect(opened('graphql-transport-ws', path)).rejects.toThrow(`Unexpected server response: ${status}`)
})

test('takes a WebSocket at a path with a slash too many', async () => {
  await opened('graphql-transport-ws', '//graphql?a=b')
})
