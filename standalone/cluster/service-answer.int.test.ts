import { createServer as httpServer, type Server } from 'node:http'
import { type AddressInfo, createServer, type Server as NetServer } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { serviceAnswer } from './instance-process.ts'

const servers: (Server | NetServer)[] = []

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((closed) => server.close(closed))))
})

async function listening(server: Server | NetServer): Promise<string> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('a service that says that it can not work for now answers; one that takes connections and says nothing does not', async () => {
  const notReady = await listening(httpServer((_, response) => response.writeHead(503).end()))
  expect(await serviceAnswer(notReady)).toBe('well')
  const hanging = await listening(createServer((socket) => socket.on('error', () => undefined).resume()))
  expect(await serviceAnswer(hanging, 100)).toBe('silent')
})
