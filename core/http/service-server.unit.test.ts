import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { ElvesError } from '../foundation/errors.ts'
import { silentLogger } from '../foundation/log.ts'
import { serviceServer } from './service-server.ts'

function makeServer(readiness = async (): Promise<void> => {}) {
  return serviceServer({ logger: silentLogger, registry: new Registry(), allowedHosts: ['elves.example'], readiness })
}

test('answers health, readiness and metrics', async () => {
  const server = makeServer()
  for (const url of ['/healthz', '/readyz', '/metrics']) {
    expect((await server.inject({ url, headers: { host: 'localhost:4100' } })).statusCode).toBe(200)
  }
})

test('says why it is not ready', async () => {
  const server = makeServer(async () => {
    throw new ElvesError('STORE_UNAVAILABLE', 'the event store does not answer')
  })
  const answer = await server.inject({ url: '/readyz', headers: { host: '127.0.0.1' } })
  expect([answer.statusCode, answer.json()]).toEqual([
    503,
    { status: 'not ready', code: 'STORE_UNAVAILABLE', message: 'the event store does not answer' },
  ])
})

test.each([
  ['another host', { host: 'evil.example' }],
  ['a page of another origin', { host: 'localhost:4100', origin: 'http://evil.example' }],
  ['a page on another port of this machine', { host: 'localhost:4100', origin: 'http://localhost:8080' }],
  ['a page without an origin', { host: 'localhost:4100', origin: 'null' }],
])('refuses a request of %s', async (_who, headers) => {
  const answer = await makeServer().inject({ url: '/healthz', headers })
  expect([answer.statusCode, answer.json().error.code]).toEqual([403, 'ORIGIN_FORBIDDEN'])
})

test('lets its own pages and configured hosts in', async () => {
  const own = { host: 'localhost:4100', origin: 'http://localhost:4100' }
  for (const headers of [own, { host: 'elves.example' }, { host: 'ELVES.example:80' }]) {
    expect((await makeServer().inject({ url: '/healthz', headers })).statusCode).toBe(200)
  }
})

test('says that a body is compressed, and not that its text is wrong', async () => {
  const headers = { host: 'localhost', 'content-type': 'application/json', 'content-encoding': 'gzip' }
  const answer = await makeServer().inject({ method: 'POST', url: '/healthz', headers, payload: Buffer.from([0x1f, 0x8b]) })
  expect([answer.statusCode, answer.json().error]).toMatchObject([400, { code: 'BAD_REQUEST', message: 'a compressed body is not taken' }])
})

test('says which methods an address takes', async () => {
  const server = makeServer()
  server.post('/command', async () => ({}))
  const answer = await server.inject({ method: 'PUT', url: '/command?x=1', headers: { host: 'localhost' } })
  expect([answer.statusCode, answer.headers['allow'], answer.json().error.code]).toEqual([405, 'POST', 'METHOD_NOT_ALLOWED'])
  expect((await server.inject({ method: 'PUT', url: '/nowhere', headers: { host: 'localhost' } })).json().error.code).toBe('NOT_FOUND')
})

test('carries the correlation id of the request, and makes one where it is missing or unfit', async () => {
  const server = makeServer()
  const idFor = async (id?: string) =>
    (await server.inject({ url: '/healthz', headers: { host: 'localhost', ...(id && { 'x-correlation-id': id }) } })).headers['x-correlation-id']
  expect(await idFor('order-66')).toBe('order-66')
  expect(await idFor('a b')).toMatch(/^[0-9a-f-]{36}$/)
  expect(await idFor()).toMatch(/^[0-9a-f-]{36}$/)
})

test('shows no detail of a fault of ours', async () => {
  const server = makeServer()
  server.get('/broken', async () => {
    throw new TypeError('secret detail')
  })
  const answer = await server.inject({ url: '/broken', headers: { host: 'localhost' } })
  expect(answer.statusCode).toBe(500)
  expect(answer.json().error).toMatchObject({ code: 'INTERNAL', message: 'internal error' })
})
