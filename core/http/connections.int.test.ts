import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { silentLogger } from '../foundation/log.ts'
import { serviceServer } from './service-server.ts'

/** Raw connections to the server of every service, for bytes that no HTTP client would send. */

const times = { headersMs: 300, requestMs: 500, answerMs: 300, idleMs: 300, checkMs: 20 }
let server: FastifyInstance
let whenReleased: () => void
const sockets: Socket[] = []

beforeEach(async () => {
  server = serviceServer({
    logger: silentLogger,
    registry: new Registry(),
    allowedHosts: [],
    webSocketPaths: ['/socket'],
    readiness: async () => {},
    times,
  })
  const released = new Promise<void>((resolve) => {
    whenReleased = resolve
  })
  // As in a service that accepts WebSockets: without it, Node itself would ignore every offer.
  server.server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'))
  server.post('/echo', async (request) => ({ body: request.body }))
  server.get('/large', async () => 'x'.repeat(64 * 1024 * 1024))
  server.get('/half', async () => Readable.from(halfAnAnswer()))
  server.get('/patient', async () => released.then(() => ({ waited: true })))
  await server.listen({ host: '127.0.0.1', port: 0 })
})

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await server.close()
})

async function* halfAnAnswer(): AsyncGenerator<string> {
  yield 'half'
  await new Promise<void>((resolve) => server.server.once('clientError', () => resolve()))
}

function opened(): Socket {
  const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1')
  socket.on('error', () => undefined)
  sockets.push(socket)
  return socket
}

/** Returns what the server sends until it closes the connection. */
async function answerTo(text: string | Buffer): Promise<string> {
  const socket = opened()
  socket.write(text)
  return (await socket.toArray()).join('')
}

const request = (line: string, headers: readonly string[] = [], body = ''): string =>
  [`${line} HTTP/1.1`, 'host: localhost', ...headers, '', body].join('\r\n')
const last = 'connection: close'
const json = 'content-type: application/json'

test.each(['h2c', 'TLS/1.0', 'h2c, websocket', 'nonsense'])('serves a request that offers an upgrade to %s as it is', async (upgrade) => {
  const offer = ['connection: Upgrade, HTTP2-Settings, close', `upgrade: ${upgrade}`, 'http2-settings: AAMAAABkAAQAoAAAAAIAAAAA']
  expect(await answerTo(request('GET /healthz', offer))).toMatch(/^HTTP\/1\.1 200 [\s\S]*\{"status":"ok"\}$/)
  const body = '{"a":1}'
  expect(await answerTo(request('POST /echo', [...offer, json, `content-length: ${body.length}`], body))).toMatch(
    /200 OK[\s\S]*\{"body":\{"a":1\}\}$/,
  )
})

test('keeps a connection whose offer it did not take', async () => {
  const socket = opened()
  for (let round = 0; round < 2; round++) {
    socket.write(request('GET /healthz', ['connection: Upgrade', 'upgrade: h2c']))
    expect(String((await once(socket, 'data'))[0])).toContain('{"status":"ok"}')
  }
})

test('takes a WebSocket where one is served, and answers elsewhere as if it had not been offered', async () => {
  const offer = ['connection: Upgrade', 'upgrade: WebSocket', 'sec-websocket-version: 13', 'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==']
  expect(await answerTo(request('GET //socket?a=b', offer))).toMatch(/^HTTP\/1\.1 101 /)
  expect(await answerTo(request('POST /socket', offer))).toMatch(/^HTTP\/1\.1 404 /)
  expect(await answerTo(request('GET /nowhere', offer))).toMatch(/^HTTP\/1\.1 404 [\s\S]*"NOT_FOUND"/)
})

test.each([
  ['says nothing', ''],
  ['stops in its headers', 'GET /healthz HTTP/1.1\r\nhost: loc'],
  ['stops in its body', request('POST /echo', [json, 'content-length: 1000'], '{"a":')],
  ['stops in a body that nobody wants', request('POST /nowhere', [json, 'content-length: 1000'], '{"a":')],
])('ends the connection of a client that %s', async (_what, start) => {
  const answer = await answerTo(start)
  expect(answer).toMatch(/HTTP\/1\.1 408 [\s\S]*\{"error":\{"code":"REQUEST_TOO_SLOW"/)
})

test('ends the connection of a client that sends its body a byte at a time', async () => {
  const socket = opened()
  socket.resume().write(request('POST /echo', [json, 'content-length: 1000000'], '{"a":"'))
  const drip = setInterval(() => socket.write('x'), 20)
  // The server resets the connection if a byte was on its way: then it is chance whether the answer arrives.
  await new Promise((resolve) => socket.once('close', resolve))
  clearInterval(drip)
})

test('ends a connection between two requests', async () => {
  expect(await answerTo(request('GET /healthz'))).toContain('{"status":"ok"}')
})

test('ends the connection of a client that does not fetch its answer', async () => {
  const socket = opened()
  socket.write(request('GET /large'))
  await once(socket, 'readable')
  await expect.poll(() => connections(), { timeout: 10_000 }).toBe(0)
  const got = (await socket.toArray()).reduce((sum, chunk: Buffer) => sum + chunk.length, 0)
  expect(got).toBeLessThan(64 * 1024 * 1024)
})

test('waits for an answer longer than for anything else', async () => {
  const patient = opened()
  patient.write(request('GET /patient', [last]))
  // Both requests begin later than the patient one, and time limits end them. So each limit is over for the patient one too.
  await answerTo(request('POST /echo', [json, 'content-length: 1000'], '{'))
  await answerTo(request('GET /healthz'))
  whenReleased()
  expect((await patient.toArray()).join('')).toContain('{"waited":true}')
})

test('writes nothing into an answer that is on its way', async () => {
  const socket = opened()
  socket.write(request('GET /half'))
  await once(socket, 'readable')
  socket.write('nonsense\r\n\r\n')
  const text = (await socket.toArray()).join('')
  expect(text).toMatch(/^HTTP\/1\.1 200 [\s\S]*half/)
  expect(text).not.toContain('BAD_REQUEST')
})

test.each([
  ['no HTTP', 'nonsense\r\n\r\n', /^HTTP\/1\.1 400 [\s\S]*"BAD_REQUEST"/],
  ['an address with bytes beyond ASCII', 'GET /healthz?a=\u4e2d HTTP/1.1\r\nhost: localhost\r\n\r\n', /^HTTP\/1\.1 400 [\s\S]*"BAD_REQUEST"/],
  ['an address that can not be decoded', request('GET /%zz', [last]), /^HTTP\/1\.1 400 [\s\S]*\{"error":\{"code":"BAD_REQUEST"/],
])('refuses %s with a code', async (_what, text, answer) => {
  expect(await answerTo(text)).toMatch(answer)
})

test.each([
  ['UTF-8', Buffer.from('{"a":"\u4e2d\u6587"}'), 'application/json', '{"body":{"a":"\u4e2d\u6587"}}'],
  ['UTF-8 that is announced', Buffer.from('{"a":"\u4e2d"}'), 'application/json; charset="UTF-8"', '{"body":{"a":"\u4e2d"}}'],
  ['GBK', Buffer.from('7b2261223a22d6d0cec4227d', 'hex'), 'application/json', '"ENCODING_INVALID"'],
  ['half a character', Buffer.from('7b2261223a22e4b8227d', 'hex'), 'application/json', '"ENCODING_INVALID"'],
  ['half an emoji', Buffer.from('7b2261223a22eda0bd227d', 'hex'), 'application/json', '"ENCODING_INVALID"'],
  ['an announced other encoding', Buffer.from('{"a":"b"}'), 'application/json; charset=gbk', '"ENCODING_INVALID"'],
])('takes no body but UTF-8: %s', async (_what, body, type, answer) => {
  const head = request('POST /echo', [last, `content-type: ${type}`, `content-length: ${body.length}`])
  expect(await answerTo(Buffer.concat([Buffer.from(head), body]))).toContain(answer)
})

function connections(): Promise<number> {
  return new Promise((resolve, reject) => server.server.getConnections((error, count) => (error ? reject(error) : resolve(count))))
}
