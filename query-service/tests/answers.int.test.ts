import { type AddressInfo, connect } from 'node:net'
import { release } from '@elves/core/foundation/release.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { agentId, type Edge, edge, type Json } from './edge.ts'

let it: Edge
beforeEach(async () => {
  it = await edge()
  await it.server.listen({ host: '127.0.0.1', port: 0 })
})
afterEach(() => it.stop())

const param = 'x'.repeat(60 * 1024)
const heldBytes = (): Promise<number> => metric('elves_graphql_answers_bytes')

async function metric(name: string): Promise<number> {
  const { body } = await it.server.inject({ url: '/metrics', headers: { host: 'localhost' } })
  return Number(
    body
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.slice(name.length),
  )
}

function inputs(count: number): object[] {
  return Array.from({ length: count }, () => ({ agent: agentId, app: 'a', func: 'f', param, wait: false }))
}

async function runTasks(count: number): Promise<void> {
  for (let done = 0; done < count; done += 50) {
    await it.ask('mutation ($i: [RunTaskInput!]!) { runTasks(inputs: $i) { position } }', { i: inputs(50) })
  }
}

test('an answer is counted until its client has taken it, or has gone', async () => {
  await runTasks(150)
  const query = JSON.stringify({ query: '{ tasks(first: 500) { nodes { id param } } }' })
  const socket = connect((it.server.server.address() as AddressInfo).port, '127.0.0.1')
  socket.pause()
  socket.write(`POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${query.length}\r\n\r\n${query}`)
  await waitFor(async () => (await heldBytes()) > 4 * 1024 ** 2)
  // Other clients are still served.
  expect((await it.ask('{ tasks(first: 1) { nodes { id } } }')).data.tasks.nodes).toHaveLength(1)
  expect(await heldBytes()).toBeGreaterThan(4 * 1024 ** 2)
  socket.destroy()
  await waitFor(async () => (await heldBytes()) === 0)
})

test('clients that take nothing of their answers do not fill the memory: the next large answers are refused until they go', async () => {
  await runTasks(150)
  const query = JSON.stringify({ query: '{ tasks(first: 500) { nodes { id param } } }' })
  const head = `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${query.length}\r\n\r\n${query}`
  const sockets = Array.from({ length: 24 }, () => connect((it.server.server.address() as AddressInfo).port, '127.0.0.1'))
  for (const socket of sockets) {
    socket.pause()
    socket.write(head)
  }
  const ask = () => it.ask('{ tasks(first: 1) { nodes { id } } }')
  const refused = await waitFor(async () => {
    const { errors } = await ask()
    return errors as Json
  })
  expect(refused[0].extensions).toMatchObject({ code: 'OVERLOADED', canRetry: true })
  // Queries that read no rows are still answered.
  expect((await it.ask('{ platform { version } }')).data.platform.version).toBe(release)
  expect(await heldBytes()).toBeLessThan(96 * 1024 ** 2)
  for (const socket of sockets) socket.destroy()
  await waitFor(async () => (await ask()).data !== null)
})

test('tasks that a mutation ran are all answered, and what would be too large of them is left out with a code', async () => {
  const query = 'mutation ($i: [RunTaskInput!]!) { runTasks(inputs: $i) { task { id state param again: param history { nodes { type } } } } }'
  const { data, errors } = await it.ask(query, { i: inputs(150) })
  expect(data.runTasks).toHaveLength(150)
  expect(new Set(data.runTasks.map(({ task }: Json) => task.state))).toEqual(new Set(['DISPATCHED']))
  expect(new Set(errors.map(({ extensions }: Json) => extensions.code))).toEqual(new Set(['ANSWER_TOO_LARGE']))
})

test('large requests that are being answered are bounded together; further ones are refused, and small ones go on', async () => {
  await runTasks(150)
  const filler = 'x'.repeat(15 * 1024 ** 2)
  const body = JSON.stringify({ query: '{ tasks(first: 500) { nodes { id param } } }', variables: { filler } })
  // These clients do not read their answers, which are larger than the system's socket buffers.
  const sockets = Array.from({ length: 4 }, () => connect((it.server.server.address() as AddressInfo).port, '127.0.0.1'))
  for (const socket of sockets) {
    socket.pause()
    socket.write(`POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
  }
  const whole = () => metric('elves_http_body_bytes{state="whole"}')
  await waitFor(async () => (await whole()) >= 4 * body.length)
  const { errors } = await it.ask('{ platform { version } }', { filler })
  expect(errors[0].extensions).toMatchObject({ code: 'OVERLOADED', canRetry: true })
  expect(await metric('elves_http_bodies_refused_total{state="whole"}')).toBe(1)
  expect((await it.ask('{ platform { version } }')).data.platform.version).toBe(release)
  for (const socket of sockets) socket.destroy()
  await waitFor(async () => (await whole()) === 0)
  expect((await it.ask('{ platform { version } }', { filler })).data.platform.version).toBe(release)
})

test('a body of very many small values is refused before it is parsed', async () => {
  const payload = `{"query":"{ platform { version } }","variables":{"x":[${'[],'.repeat(2_000_000)}[]]}}`
  const answer = await it.server.inject({
    method: 'POST',
    url: '/graphql',
    headers: { host: 'localhost', 'content-type': 'application/json' },
    payload,
  })
  expect(answer.json().errors[0].extensions.code).toBe('QUERY_TOO_COMPLEX')
})
