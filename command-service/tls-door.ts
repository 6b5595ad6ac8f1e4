import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo, ListenOptions, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Running, Stack } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { Settings } from '@elves/core/foundation/settings.ts'
import { listenError } from '@elves/core/foundation/start-error.ts'
import { type Certificate, certificateFiles } from '@elves/core/http/certificate-files.ts'
import type { WebSocket } from 'ws'
import { gatewayPath } from './link/gateway-path.ts'
import { acceptAgents } from './service-process.ts'

export interface TlsDoorOptions {
  readonly settings: Settings
  /** The address to listen on where the settings name none. */
  readonly host: string
  readonly accept: (socket: WebSocket, connection: Socket) => void
  /** Answers requests for packages of apps; they are below the address of the gateway. */
  readonly answer: (request: IncomingMessage, response: ServerResponse) => void
  readonly logger: Logger
}

export interface TlsDoor extends Running {
  /** `wss://host:port/gateway`. */
  readonly url: string
}

/** Longest time of the TLS handshake, and of the request after it. */
const phaseMs = 10_000

/**
 * Opens a door for agents with TLS beside the plain one, if the settings name a certificate; else returns null. Nothing but the
 * gateway and what is below its address is there. Throws CONFIG_INVALID for files that are not a certificate and its key, PORT_IN_USE, PORT_FORBIDDEN, ADDRESS_NOT_HERE.
 */
export async function tlsDoor({ settings, host, accept, answer, logger }: TlsDoorOptions): Promise<TlsDoor | null> {
  if (settings.ELVES_GATEWAY_TLS_CERT_FILE === '' && settings.ELVES_GATEWAY_TLS_KEY_FILE === '') return null
  const server = secured(certificateFiles(settings, 'ELVES_GATEWAY_TLS_CERT_FILE', 'ELVES_GATEWAY_TLS_KEY_FILE'), answer)
  acceptAgents(server, settings, accept)
  const connections = new Set<Duplex>()
  server.on('connection', (socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  })
  // Node's own listener goes with the first error of a socket, and an error without a listener ends the process.
  server.on('secureConnection', (socket) => socket.on('error', () => socket.destroy()))
  await listening(server, {
    host: settings.ELVES_GATEWAY_TLS_HOST || host,
    port: settings.ELVES_GATEWAY_TLS_PORT,
    reusePort: settings.ELVES_SHARED_PORTS,
  })
  server.on('error', (error) => logger.error({ err: error }, 'the gateway with TLS has an error'))
  const { address, port: given } = server.address() as AddressInfo
  const url = `wss://${address.includes(':') ? `[${address}]` : address}:${given}${gatewayPath}`
  logger.info({ url }, 'the gateway listens with TLS')
  return {
    url,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of connections) socket.destroy()
      await closed
    },
  }
}

/** Opens the door as a part of a process, if the settings name a certificate. */
export async function openTlsDoor(options: TlsDoorOptions, stack: Stack): Promise<TlsDoor | null> {
  const door = await tlsDoor(options)
  return door && stack.use('gateway with TLS', door)
}

function secured(certificate: Certificate, answer: TlsDoorOptions['answer']): Server {
  // A connection that does not get to its upgrade in time is of no agent.
  const times = { handshakeTimeout: phaseMs, headersTimeout: phaseMs, requestTimeout: phaseMs, connectionsCheckingInterval: 1_000 }
  return createServer({ ...certificate, ...times }, (request, response) => {
    if (request.url?.startsWith(`${gatewayPath}/apps/`)) return answer(request, response)
    response.writeHead(404, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ error: { code: 'NOT_FOUND', message: 'only the gateway of agents is here' } }))
  })
}

async function listening(server: Server, listen: ListenOptions): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject).listen(listen, resolve)
  try {
    await promise
  } catch (error) {
    throw listenError(error as NodeJS.ErrnoException, 'ELVES_GATEWAY_TLS_PORT')
  }
}
