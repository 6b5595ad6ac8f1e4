import { type AddressInfo, connect, type Socket } from 'node:net'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import type { FastifyInstance } from 'fastify'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { silentLogger } from '../foundation/log.ts'
import { serviceServer } from './service-server.ts'

const MiB = 1024 * 1024
const size = 15 * MiB
let server: FastifyInstance
let registry: Registry
let url: string
let release: () => void
const sockets: Socket[] = []

beforeEach(async () => {
  registry = new Registry()
  server = serviceServer({ logger: silentLogger, registry, allowedHosts: [], readiness: async () => {} })
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  server.post('/echo', async (request) => ({ body: request.body }))
  server.post('/patient', async () => released.then(() => 'done'))
  url = await server.listen({ host: '127.0.0.1', port: 0 })
})

afterEach(async () => {
  release()
  for (const socket of sockets.splice(0)) socket.destroy()
  await server.close()
})

const held = (state: 'arriving' | 'whole') => metric('elves_http_body_bytes', state)
const refused = (state: 'arriving' | 'whole') => metric('elves_http_bodies_refused_total', state)

async function metric(name: string, state: 'arriving' | 'whole'): Promise<number> {
  const metric = await registry.getSingleMetric(name)?.get()
  return metric?.values.find(({ labels }) => labels['state'] === state)?.value ?? -1
}

/** Sends all of a body but its last byte; returns the state of the connection. */
function stalled(): { isClosed: boolean } {
  const state = { isClosed: false }
  const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1')
  sockets.push(socket.resume())
  socket
    .on('error', () => undefined)
    .once('close', () => {
      state.isClosed = true
    })
  socket.write(`POST /echo HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${size}\r\n\r\n`)
  socket.write(Buffer.alloc(size - 1, 0x20))
  return state
}

async function post(path: string, body: string): Promise<{ status: number; text: string }> {
  const response = await fetch(url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  return { status: response.status, text: await response.text() }
}

test('of bodies that are on their way, those that take longest are refused, and others are served', async () => {
  const states = Array.from({ length: 8 }, stalled)
  await waitFor(() => states.filter(({ isClosed }) => isClosed).length >= 4, { what: 'an end of some' })
  expect(await held('arriving')).toBeLessThanOrEqual(64 * MiB)
  expect(await refused('arriving')).toBeGreaterThanOrEqual(4)
  expect((await post('/echo', '{"a":1}')).text).toBe('{"body":{"a":1}}')
})

test('while whole bodies are worked on, the next large one is refused, and small ones are served', async () => {
  const large = JSON.stringify('x'.repeat(size))
  const asked = Array.from({ length: 4 }, () => post('/patient', large))
  await waitFor(async () => (await held('whole')) > 60 * MiB, { what: 'the bodies' })
  const { status, text } = await post('/echo', large)
  expect([status, JSON.parse(text).error.code]).toEqual([503, 'OVERLOADED'])
  expect(await refused('whole')).toBe(1)
  expect((await post('/echo', '{"a":1}')).text).toBe('{"body":{"a":1}}')
  release()
  for (const answer of asked) expect((await answer).status).toBe(200)
  await waitFor(async () => (await held('whole')) === 0, { what: 'an end of what is held' })
  expect((await post('/echo', large)).status).toBe(200)
})
