import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'

/** A bare WebSocket server that sends back what it gets; reports its port when ready. */
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
server.on('connection', (socket) => socket.on('message', (data) => socket.send(data)))
server.on('listening', () => process.send?.((server.address() as AddressInfo).port))
process.on('SIGTERM', () => process.exit(0))
