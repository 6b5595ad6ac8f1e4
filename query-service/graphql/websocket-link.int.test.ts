import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ClientOptions, WebSocket, WebSocketServer } from 'ws'
import { keepAlive } from './websocket-link.ts'

let server: WebSocketServer
const clients: WebSocket[] = []

beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  server.on('connection', (socket) => socket.once('close', keepAlive(socket, 100)))
  await once(server, 'listening')
})

afterEach(() => {
  for (const client of clients.splice(0)) client.terminate()
  server.close()
})

function connected(options: ClientOptions = {}): WebSocket {
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, options)
  clients.push(client)
  return client
}

test('keeps a client that answers each ping', async () => {
  const client = connected()
  for (let pings = 0; pings < 5; pings++) await once(client, 'ping')
  expect(client.readyState).toBe(WebSocket.OPEN)
})

test('ends a client that answers no ping', async () => {
  await once(connected({ autoPong: false }), 'close')
})

test('ends a client that sends answers without having read what was asked', async () => {
  const client = connected({ autoPong: false })
  await once(client, 'open')
  const answering = setInterval(() => client.pong('made up'), 10)
  await once(client, 'close')
  clearInterval(answering)
})
