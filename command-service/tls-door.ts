import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { Running, Stack } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { SettingName, Settings } from '@elves/core/foundation/settings.ts'
import { listenError } from '@elves/core/foundation/start-error.ts'
import type { WebSocket } from 'ws'
import { acceptAgents, gatewayPath } from './service-process.ts'

export interface TlsDoorOptions {
  readonly settings: Settings
  /** The address to listen on. */
  readonly host: string
  readonly accept: (socket: WebSocket, connection: Socket) => void
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
 * gateway is there. Throws CONFIG_INVALID for files that are not a certificate and its key, PORT_IN_USE, PORT_FORBIDDEN, ADDRESS_NOT_HERE.
 */
export async function tlsDoor({ settings, host, accept, logger }: TlsDoorOptions): Promise<TlsDoor | null> {
  const { ELVES_GATEWAY_TLS_CERT_FILE: certFile, ELVES_GATEWAY_TLS_KEY_FILE: keyFile, ELVES_GATEWAY_TLS_PORT: port } = settings
  if (certFile === '' && keyFile === '') return null
  const server = secured(certFile, keyFile)
  acceptAgents(server, settings, accept)
  const connections = new Set<Duplex>()
  server.on('connection', (socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  })
  await listening(server, host, port)
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

function secured(certFile: string, keyFile: string): Server {
  const [cert, key] = [pem('ELVES_GATEWAY_TLS_CERT_FILE', certFile), pem('ELVES_GATEWAY_TLS_KEY_FILE', keyFile)]
  try {
    // A connection that does not get to its upgrade in time is of no agent.
    const times = { handshakeTimeout: phaseMs, headersTimeout: phaseMs, requestTimeout: phaseMs, connectionsCheckingInterval: 1_000 }
    return createServer({ cert, key, ...times }, (_request, response) => {
      response.writeHead(404, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ error: { code: 'NOT_FOUND', message: 'only the gateway of agents is here' } }))
    })
  } catch (cause) {
    const name = 'ELVES_GATEWAY_TLS_CERT_FILE'
    const message = `${name}=${certFile} and ELVES_GATEWAY_TLS_KEY_FILE=${keyFile} are no certificate and its key: ${(cause as Error).message}`
    throw new ElvesError('CONFIG_INVALID', message, { cause, facts: { name } })
  }
}

function pem(name: SettingName, file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw new ElvesError('CONFIG_INVALID', `${name}=${file}: ${(cause as Error).message}`, { cause, facts: { name } })
  }
}

async function listening(server: Server, host: string, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject).listen({ host, port }, resolve)
  try {
    await promise
  } catch (error) {
    throw listenError(error as NodeJS.ErrnoException, 'ELVES_GATEWAY_TLS_PORT')
  }
}
