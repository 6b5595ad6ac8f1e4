import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { Running } from '../foundation/lifecycle.ts'
import { listenError } from '../foundation/start-error.ts'
import type { Certificate } from './certificate-files.ts'
import { headerLimitBytes } from './connection-refusal.ts'
import type { ListenAddress } from './listen-address.ts'

export interface OuterDoorOptions {
  /** The server whose requests and WebSockets are served; it listens on this machine only. */
  readonly server: FastifyInstance
  readonly listen: ListenAddress
  readonly certificate: Certificate
  /** Whether other processes of this user listen at the same port: the system gives each of them a part of the connections. Linux only. */
  readonly isShared?: boolean
}

/** Opens a second door to a server, over TLS, for other machines. Returns its port. Throws PORT_IN_USE, PORT_FORBIDDEN, ADDRESS_NOT_HERE. */
export async function outerDoor(options: OuterDoorOptions): Promise<Running & { readonly port: number }> {
  const { server, listen, certificate, isShared = false } = options
  const { cert, key } = certificate
  const inner = server.server
  const { keepAliveTimeout, headersTimeout, requestTimeout } = inner
  const limits = { maxHeaderSize: headerLimitBytes, keepAlive: true, keepAliveTimeout, headersTimeout, requestTimeout }
  const door = createServer({ cert, key, minVersion: 'TLSv1.2', ...limits })
  // Node asks its server which offers of an upgrade it takes; the inner one was told.
  Object.assign(door, { shouldUpgradeCallback: (inner as { shouldUpgradeCallback?: unknown }).shouldUpgradeCallback })
  for (const event of ['request', 'upgrade', 'clientError']) door.on(event, (...args: unknown[]) => inner.emit(event, ...args))
  // Node's own listener goes with the first error of a socket.
  door.on('secureConnection', (socket) => socket.on('error', () => socket.destroy()))
  await new Promise<void>((resolve, reject) => {
    door.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, 'ELVES_LISTEN')))
    door.listen({ host: listen.address, port: listen.port, reusePort: isShared }, resolve)
  })
  // An error without a listener would end the process: one of the door is told like one of the server behind it.
  door.on('error', (error) => server.log.error({ err: error }, 'the outer door has an error'))
  return {
    port: (door.address() as AddressInfo).port,
    // It does not wait for WebSockets: the services end their own.
    async stop() {
      door.close()
      door.closeAllConnections()
    },
  }
}
