import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import { listenError } from '@elves/core/foundation/start-error.ts'
import { headerLimitBytes } from '@elves/core/http/connection-refusal.ts'
import type { FastifyInstance } from 'fastify'
import type { DoorCertificate } from './door-certificate.ts'
import type { ListenAddress } from './listen-address.ts'

export interface OuterDoorOptions {
  /** The server whose requests and WebSockets are served; it listens on this machine only. */
  readonly server: FastifyInstance
  readonly listen: ListenAddress
  readonly certificate: Pick<DoorCertificate, 'cert' | 'key'>
}

/** Opens a second door to a server, over TLS, for other machines. Returns its port. Throws PORT_IN_USE, PORT_FORBIDDEN, ADDRESS_NOT_HERE. */
export async function outerDoor({ server, listen, certificate: { cert, key } }: OuterDoorOptions): Promise<Running & { readonly port: number }> {
  const inner = server.server
  const { keepAliveTimeout, headersTimeout, requestTimeout } = inner
  const limits = { maxHeaderSize: headerLimitBytes, keepAlive: true, keepAliveTimeout, headersTimeout, requestTimeout }
  const door = createServer({ cert, key, minVersion: 'TLSv1.2', ...limits })
  // Node asks its server which offers of an upgrade it takes; the inner one was told.
  Object.assign(door, { shouldUpgradeCallback: (inner as { shouldUpgradeCallback?: unknown }).shouldUpgradeCallback })
  for (const event of ['request', 'upgrade', 'clientError']) door.on(event, (...args: unknown[]) => inner.emit(event, ...args))
  await new Promise<void>((resolve, reject) => {
    door.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, 'ELVES_LISTEN')))
    door.listen({ host: listen.address, port: listen.port }, resolve)
  })
  return {
    port: (door.address() as AddressInfo).port,
    // It does not wait for WebSockets: the services end their own.
    async stop() {
      door.close()
      door.closeAllConnections()
    },
  }
}
