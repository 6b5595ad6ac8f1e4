import { once } from 'node:events'
import { WebSocket } from 'ws'

/** `answering-clients.ts URL COUNT`: bare WebSocket clients that send back what they get; reports ready when all are connected. */
const [url = '', count = '0'] = process.argv.slice(2)
const atOnce = 200
for (let connected = 0; connected < Number(count); connected += atOnce) {
  const sockets = Array.from({ length: Math.min(atOnce, Number(count) - connected) }, () => new WebSocket(url, { perMessageDeflate: false }))
  for (const socket of sockets) socket.on('message', (data) => socket.send(data))
  await Promise.all(sockets.map((socket) => once(socket, 'open')))
}
process.send?.('ready')
process.on('SIGTERM', () => process.exit(0))
