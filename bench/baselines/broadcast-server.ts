import type { AddressInfo } from 'node:net'
import { performance } from 'node:perf_hooks'
import { WebSocketServer } from 'ws'

/**
 * A bare WebSocket server. For each question from its parent, it sends 200 bytes to each client and answers with the ms until
 * the last client has answered. It stores nothing.
 */
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
const payload = Buffer.alloc(200, 'x')
let missing = 0
let startedAt = 0

server.on('connection', (socket) => {
  socket.on('message', () => {
    missing--
    if (missing === 0) process.send?.(performance.now() - startedAt)
  })
})
server.on('listening', () => process.send?.((server.address() as AddressInfo).port))
process.on('message', () => {
  missing = server.clients.size
  startedAt = performance.now()
  for (const client of server.clients) client.send(payload)
})
process.on('SIGTERM', () => process.exit(0))
