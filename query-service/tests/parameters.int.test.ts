import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { noTaskOptions } from '@elves/core/domain/task/options.ts'
import { inlineValue } from '@elves/schemas/codec/value.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { agentId, type Edge, edge } from './edge.ts'

let it: Edge
let socket: WebSocket
const heard: string[] = []

/** Speaks the protocol without a client library, which would write numbers as JavaScript has them. */
beforeEach(async () => {
  it = await edge()
  await it.server.listen({ host: '127.0.0.1', port: 0 })
  const { port } = it.server.server.address() as AddressInfo
  socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws')
  heard.length = 0
  socket.on('message', (data) => heard.push(String(data)))
  await once(socket, 'open')
  socket.send('{"type":"connection_init"}')
  await answered('"connection_ack"')
})
afterEach(async () => {
  socket.terminate()
  await it.stop()
})

const answered = (part: string): Promise<string> => waitFor(() => heard.find((message) => message.includes(part)), { what: part })
const deep = '['.repeat(30_000) + ']'.repeat(30_000)
const mutation = 'mutation ($i: RunTaskInput!) { runTask(input: $i) { task { param } refusal { code } } }'

function runTask(id: string, param: string): void {
  const variables = `{"i" : {"agent":"10.0.0.1","app":"apptest","func":"f","param": ${param} } }`
  socket.send(`{"id":"${id}","type":"subscribe","payload":{"variables":null,"query":${JSON.stringify(mutation)}, "variables" :${variables}}}`)
}

test('a parameter keeps its text over WebSocket too, many at once, and a refused one ends nothing', async () => {
  const texts = ['{"2":9007199254740993,"1":1e400}', '{"__proto__":{"a":1.0}}', '[ 1 ]', '"\\ud83d"']
  runTask('deep', deep)
  for (const [index, text] of texts.entries()) runTask(`n${index}`, text)
  for (const [index, text] of texts.entries()) {
    expect(await answered(`"id":"n${index}","type":"next"`)).toContain(`{"runTask":{"task":{"param":${text}},"refusal":null}}`)
  }
  expect(await answered('"id":"deep","type":"next"')).toContain('"PARAM_TOO_DEEP"')
  expect(it.commands.requests.map(({ param }) => param).filter((param) => param !== deep)).toEqual(texts)
  expect(socket.readyState).toBe(socket.OPEN)
})

test('a variable that no operation has is nobody’s text', async () => {
  socket.send(`{"id":"x","type":"subscribe","payload":{"query":"{ platform { version } }","variables":{"":"{\\"a\\": 1}"}}}`)
  expect(await answered('"id":"x","type":"next"')).toContain('"version"')
  socket.send(
    `{"id":"y","type":"subscribe","payload":{"query":"query ($p: Position) { platform(notBefore: $p) { version } }","variables":{"p":5,"":"{}"}}}`,
  )
  expect(await answered('"id":"y"')).toContain('POSITION_INVALID')
})

test('a ping is answered with what it brought', async () => {
  socket.send('{"type":"ping","payload":{"variables":{"a":1.0}}}')
  expect(await answered('"pong"')).toBe('{"type":"pong","payload":{"variables":{"a":1}}}')
})

test('a stored parameter that is too deep ends no subscription: what came after it comes, at every resume', async () => {
  const start = await it.store.head()
  const request = { kind: 'INSTANT', agentId, agentIp: '10.0.0.1', app: 'apptest', func: 'f', proxy: null, processor: false, timeoutMs: 0 } as const
  for (const [taskId, param] of [
    ['0000000000000001', deep],
    ['0000000000000002', '[2.0]'],
  ] as const) {
    const data = { ...request, ...noTaskOptions, param: inlineValue(param), idempotencyKey: null, requestHash: null }
    await it.commands.append(`task-${taskId}`, [{ type: 'TaskRequested', data }])
  }
  const query = 'subscription ($after: Position) { taskChanged(after: $after) { task { id param } } }'
  for (const id of ['first', 'again']) {
    socket.send(JSON.stringify({ id, type: 'subscribe', payload: { query, variables: { after: start } } }))
    const messages = await waitFor(
      () => {
        const own = heard.filter((message) => message.startsWith(`{"id":"${id}"`))
        return own.length === 2 ? own : null
      },
      { what: 'both changes' },
    )
    expect(messages[0]).toContain(`"param":${JSON.stringify(deep)}`)
    expect(messages[1]).toContain('"param":[2.0]')
  }
})
