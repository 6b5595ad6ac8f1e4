import { isUtf8 } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { WebSocket } from '@fastify/websocket'
import type { WebSocket as ProtocolSocket } from 'graphql-ws'
import { withTexts } from './json-text/json-text.ts'
import { withVariablesText } from './operations.ts'

const pingIntervalMs = 12_000
/** Bounds the memory for answers to a client that sends but does not read. */
const maxUnsentBytes = 4 * 1024 * 1024
/**
 * WebSocket close codes for an unexpected condition at the server and for a message that is not UTF-8. `ws` itself
 * closes with the latter for bad text frames.
 */
const internalError = 1011
const notUtf8 = 1007

/** Adapts a socket to graphql-ws: `send` resolves when the message has left for the network. */
export function socketOf(socket: WebSocket, logger: Logger): ProtocolSocket {
  return {
    protocol: socket.protocol,
    send: (message) =>
      new Promise((resolve) => {
        if (socket.readyState !== socket.OPEN) return resolve()
        // A failed send is followed by a close, which ends everything on the socket.
        socket.send(withTexts(message), () => resolve())
      }),
    close: (code, reason) => socket.close(code, reason),
    onMessage: (handle) => {
      socket.on('message', (data) => {
        if (socket.bufferedAmount > maxUnsentBytes) return socket.terminate()
        if (!isUtf8(data as Buffer)) return socket.close(notUtf8, 'ENCODING_INVALID')
        handle(withVariablesText(String(data))).catch((error: unknown) => {
          logger.error({ err: error }, 'a WebSocket message failed')
          socket.close(internalError, 'internal error')
        })
      })
      socket.on('error', (error) => logger.info({ err: error }, 'a WebSocket failed'))
    },
  }
}

/**
 * Pings the socket, and ends it if it does not answer before the next ping. Returns a function that stops the pings.
 * The answer must contain the random bytes of the ping, so a client that does not read can't answer.
 */
export function keepAlive(socket: WebSocket, intervalMs = pingIntervalMs): () => void {
  let asked: Buffer | null = null
  socket.on('pong', (answer) => {
    if (asked?.equals(answer)) asked = null
  })
  const timer = setInterval(() => {
    if (asked !== null) return socket.terminate()
    asked = randomBytes(8)
    socket.ping(asked)
  }, intervalMs)
  return () => clearInterval(timer)
}
