import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { outerDoor } from '@elves/core/http/outer-door.ts'
import { serviceServer } from '@elves/core/http/service-server.ts'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { doorCertificate } from './door-certificate.ts'

let folder: string
const stops: (() => Promise<unknown>)[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elves-outer-door-'))
})
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
  await rm(folder, { recursive: true, force: true })
})

async function openDoor() {
  const certificate = await doorCertificate(join(folder, 'tls'), ['127.0.0.1', 'localhost'])
  const server = serviceServer({
    logger: silentLogger,
    registry: new Registry(),
    allowedHosts: [],
    webSocketPaths: ['/socket'],
    readiness: async () => {},
  })
  server.get('/protocol', async ({ protocol }) => protocol)
  server.server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'))
  await server.listen({ host: '127.0.0.1', port: 0 })
  stops.push(() => server.close())
  const door = await outerDoor({ server, listen: { address: '127.0.0.1', port: 0 }, certificate })
  stops.push(() => door.stop())
  return { certificate, port: door.port }
}

test('serves what the server serves, to who trusts its authority and to nobody else', async () => {
  const { certificate, port } = await openDoor()
  const get = async (ca?: string) => {
    const [response] = await once(request({ host: '127.0.0.1', port, path: '/protocol', agent: false, ...(ca && { ca }) }).end(), 'response')
    return (await response.toArray()).join('')
  }
  expect(await get(certificate.ca)).toBe('https')
  await expect(get()).rejects.toThrow(/certificate/)
})

test('takes offers of WebSockets at their paths only, as the server does', async () => {
  const { certificate, port } = await openDoor()
  const answerTo = async (path: string) => {
    const socket = connect({ host: '127.0.0.1', port, ca: certificate.ca })
    socket.write(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: Upgrade, close\r\nupgrade: websocket\r\n\r\n`)
    return (await socket.toArray()).join('')
  }
  expect(await answerTo('/socket')).toContain('101 Switching Protocols')
  expect(await answerTo('/protocol')).toMatch(/^HTTP\/1\.1 200 [\s\S]*https$/)
})

test('authority and key stay when the names change, so that agents and pins of before are right', async () => {
  const first = await doorCertificate(folder, ['10.0.0.1', 'center.example'])
  expect(await doorCertificate(folder, ['center.example'])).toEqual(first)
  const second = await doorCertificate(folder, ['10.0.0.2'])
  expect(second.cert).not.toBe(first.cert)
  expect([second.ca, second.key, second.pin]).toEqual([first.ca, first.key, first.pin])
  for (const name of ['key.pem', 'ca-key.pem']) expect((await stat(join(folder, name))).mode & 0o077).toBe(0)
  expect(await readFile(join(folder, 'ca.pem'), 'utf8')).toBe(first.ca)
})
