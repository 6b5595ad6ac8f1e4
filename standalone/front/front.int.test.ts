import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isFree } from '../free-port.ts'
import { type Front, front } from './front.ts'

/** An instance of a service, which tells its name and its health. */
interface Instance {
  readonly server: Server
  readonly port: number
  isReady: boolean
}

const health = { everyMs: 20, timeoutMs: 200 }
let instances: Instance[]
let door: Front | null

beforeEach(() => {
  instances = []
  door = null
})

afterEach(async () => {
  await door?.stop()
  for (const { server } of instances) server.close().closeAllConnections()
})

async function startInstance(name: string, port = 0): Promise<Instance> {
  const server = createServer((request, response) => {
    response.statusCode = request.url === '/readyz' && !instance.isReady ? 503 : 200
    request.pipe(response)
    if (request.method === 'GET') response.end(name)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const instance: Instance = { server, port: (server.address() as AddressInfo).port, isReady: true }
  instances.push(instance)
  return instance
}

async function before(...ports: number[]): Promise<Front> {
  door = await front({ name: 'test', port: 0, instancePorts: ports, logger: silentLogger, health })
  return door
}

/** Sends each request over a new connection. */
async function answers(count: number): Promise<string[]> {
  const get = async () => (await fetch(`http://127.0.0.1:${door?.port}/`, { headers: { connection: 'close' } })).text()
  const all: string[] = []
  for (let asked = 0; asked < count; asked++) all.push(await get())
  return all
}

const bothReady = () => expect.poll(async () => new Set(await answers(4))).toEqual(new Set(['a', 'b']))

test('gives its connections to the instances in turn', async () => {
  const [a, b] = [await startInstance('a'), await startInstance('b')]
  await before(a.port, b.port)
  await bothReady()
  expect((await answers(10)).filter((name) => name === 'a')).toHaveLength(5)
})

test('leaves out an instance that is not ready, until it is', async () => {
  const [a, b] = [await startInstance('a'), await startInstance('b')]
  await before(a.port, b.port)
  await bothReady()
  b.isReady = false
  await expect.poll(async () => new Set(await answers(4))).toEqual(new Set(['a']))
  b.isReady = true
  await bothReady()
})

test('goes to one that is not ready where there is no other, so that callers hear why', async () => {
  const a = await startInstance('a')
  a.isReady = false
  await before(a.port)
  expect(await answers(1)).toEqual(['a'])
})

test('a dead instance costs nobody an answer, and gets its share when it is back', async () => {
  const [a, b] = [await startInstance('a'), await startInstance('b')]
  await before(a.port, b.port)
  await bothReady()
  b.server.close().closeAllConnections()
  expect(await answers(6)).toEqual(['a', 'a', 'a', 'a', 'a', 'a'])
  await startInstance('b', b.port)
  await bothReady()
})

test('while none is there clients wait, and are served by the first that comes', async () => {
  const a = await startInstance('a')
  await before(a.port)
  a.server.close().closeAllConnections()
  await expect.poll(() => isFree(a.port)).toBe(true)
  const waiting = answers(1)
  await startInstance('late', a.port)
  expect(await waiting).toEqual(['late'])
})

test('carries any bytes both ways, and ends with either side', async () => {
  const a = await startInstance('a')
  const { port } = await before(a.port)
  const body = Buffer.alloc(3_000_000, 'ä')
  const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body })
  expect(Buffer.from(await response.arrayBuffer()).equals(body)).toBe(true)
  const client = connect(port, '127.0.0.1')
  client.resume().write('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
  await once(client, 'close')
})

test('connections to an instance that hangs are cut, and it is left out until it answers again', async () => {
  const a = await startInstance('a')
  const hanging = fork(join(import.meta.dirname, 'instance.fixture.ts'), { stdio: 'ignore' })
  const [port] = (await once(hanging, 'message')) as [number]
  try {
    await before(a.port, port)
    await expect.poll(async () => new Set(await answers(4))).toEqual(new Set(['a', 'hanging']))
    const sockets = await Promise.all(Array.from({ length: 2 }, () => connectedTo(door?.port ?? 0)))
    hanging.kill('SIGSTOP')
    // One of the two connections went to it.
    await Promise.race(sockets.map((socket) => once(socket, 'close')))
    expect(sockets.filter((socket) => !socket.closed)).toHaveLength(1)
    expect(new Set(await answers(4))).toEqual(new Set(['a']))
    hanging.kill('SIGCONT')
    await expect.poll(async () => new Set(await answers(4))).toEqual(new Set(['a', 'hanging']))
    for (const socket of sockets) socket.destroy()
  } finally {
    hanging.kill('SIGKILL')
  }
})

async function connectedTo(port: number) {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.resume().write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
  await once(socket, 'data')
  return socket
}

test('a client that does not fetch the rest of an answer is cut off after a while', async () => {
  const large = createServer((_request, response) => response.end(Buffer.alloc(64 * 1024 * 1024))).listen(0, '127.0.0.1')
  await once(large, 'listening')
  door = await front({ name: 'test', port: 0, instancePorts: [(large.address() as AddressInfo).port], logger: silentLogger, health, lingerMs: 100 })
  const client = connect(door.port, '127.0.0.1')
  client.on('error', () => undefined).write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
  await once(client, 'readable')
  expect(door.clients()).toBe(1)
  large.close().closeAllConnections()
  await expect.poll(() => door?.clients(), { timeout: 10_000 }).toBe(0)
  client.destroy()
})

test('a port in use is named, with the setting that has it', async () => {
  const a = await startInstance('a')
  const starting = front({ name: 'test', port: a.port, setting: 'ELVES_GATEWAY_PORT', instancePorts: [1], logger: silentLogger })
  await expect(starting).rejects.toMatchObject({ code: 'PORT_IN_USE', message: expect.stringContaining('ELVES_GATEWAY_PORT') })
})

test('a close leaves what is open open; a stop ends it', async () => {
  const a = await startInstance('a')
  const { port, close, stop } = await before(a.port)
  const socket = await connectedTo(port)
  await close()
  await expect.poll(() => isFree(port)).toBe(true)
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
  await once(socket, 'data')
  await stop()
  await once(socket, 'close')
})
