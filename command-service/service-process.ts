import { randomUUID } from 'node:crypto'
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { hostname } from 'node:os'
import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { openEventing } from '@elves/core/eventing/open-eventing.ts'
import { asElvesError, ElvesError } from '@elves/core/foundation/errors.ts'
import type { Running, Stack } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { Settings } from '@elves/core/foundation/settings.ts'
import { hostGuard, hostList } from '@elves/core/http/host-guard.ts'
import { serviceRegistry } from '@elves/core/http/service-registry.ts'
import { serviceServer } from '@elves/core/http/service-server.ts'
import type { KafkaConnection } from '@elves/core/kafka/kafka-connection.ts'
import { kafkaSettings } from '@elves/core/kafka/kafka-settings.ts'
import type { FastifyInstance } from 'fastify'
import type pg from 'pg'
import type { Registry } from 'prom-client'
import { type WebSocket, WebSocketServer } from 'ws'
import { type CommandServiceSettings, commandServiceSettings } from './command-service-settings.ts'
import { challengeUpgrades } from './link/challenges.ts'
import { gatewaySocketOptions } from './link/link-limits.ts'

export interface ServiceProcessOptions {
  readonly settings: Settings
  readonly logger: Logger
}

/** A service as a process of its own. */
export interface ServiceProcess extends Running {
  readonly url: string
}

/** The parts that every process of the write side needs. */
export interface Ground {
  readonly pool: pg.Pool
  readonly store: EventStore
  readonly registry: Registry
  readonly settings: CommandServiceSettings
  readonly instanceId: string
  /** The connection, whose topics exist and fit; null if no brokers are set. */
  readonly kafka: KafkaConnection | null
}

type Needed = 'ELVES_DATABASE_URL' | 'ELVES_SERVICE_SECRET' | 'ELVES_JOIN_TOKEN' | 'ELVES_KAFKA_BROKERS'

/** Returns the setting; throws CONFIG_INVALID if it is empty. */
export function needed(settings: Settings, name: Needed): string {
  const value = settings[name]
  if (value === '') throw new ElvesError('CONFIG_INVALID', `${name} is needed`, { facts: { name } })
  return value
}

/** Connects to the database, the event store and Kafka; migrates what it finds. */
export async function ground({ settings, logger }: ServiceProcessOptions, stack: Stack): Promise<Ground> {
  needed(settings, 'ELVES_DATABASE_URL')
  const registry = serviceRegistry()
  const { pool, store } = await openEventing({ settings, connections: 8, logger, registry }, stack)
  const instanceId = settings.ELVES_INSTANCE === '' ? `${hostname()}-${randomUUID()}` : settings.ELVES_INSTANCE
  const kafka = await kafkaOf(settings, instanceId, logger)
  return { pool, store, registry, settings: commandServiceSettings(settings, needed(settings, 'ELVES_JOIN_TOKEN')), instanceId, kafka }
}

async function kafkaOf(settings: Settings, clientId: string, logger: Logger): Promise<KafkaConnection | null> {
  const given = kafkaSettings(settings)
  if (!given) return null
  // Loaded only here, because most centers have no Kafka.
  const [{ kafkaConnection }, { ensureTopics }] = await Promise.all([
    import('@elves/core/kafka/kafka-connection.ts'),
    import('@elves/core/kafka/topics.ts'),
  ])
  const connection = await kafkaConnection({ settings: given, clientId, logger })
  await ensureTopics(connection)
  return connection
}

export interface ServerOptions {
  readonly settings: Settings
  readonly logger: Logger
  readonly registry: Registry
  readonly name: string
  readonly bodyLimitBytes?: number
  readonly webSocketPaths?: readonly string[]
  isReady(): boolean
}

/** The HTTP server of a service. It is ready while `isReady` returns true. */
export function server(
  { settings, logger, registry, name, bodyLimitBytes, webSocketPaths = [], isReady }: ServerOptions,
  stack: Stack,
): FastifyInstance {
  const readiness = async () => {
    if (!isReady()) throw new ElvesError('STORE_UNAVAILABLE', `${name} is still catching up, or stopping`, { canRetry: true })
  }
  const allowedHosts = hostList(settings.ELVES_ALLOWED_HOSTS)
  const made = serviceServer({ logger, registry, allowedHosts, webSocketPaths, readiness, ...(bodyLimitBytes && { bodyLimitBytes }) })
  stack.defer('server', () => made.close())
  return made
}

/** Accepts the WebSockets of agents; refuses those of web pages. */
export function acceptAgents(server: Server, settings: Settings, accept: (socket: WebSocket, connection: Socket) => void): void {
  const sockets = new WebSocketServer({ noServer: true, ...gatewaySocketOptions })
  challengeUpgrades(sockets)
  const guard = hostGuard(hostList(settings.ELVES_ALLOWED_HOSTS))
  server.on('upgrade', (request, socket, head) => {
    try {
      guard(request)
    } catch (error) {
      refuseUpgrade(request.socket, asElvesError(error))
      return
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => accept(webSocket, request.socket))
  })
}

/** Node takes its listeners off a socket that asks for an upgrade, so errors and the end of the socket have to be handled here. */
function refuseUpgrade(socket: Socket, { code, message }: ElvesError): void {
  socket.on('error', () => socket.destroy())
  const body = JSON.stringify({ error: { code, message } })
  const head = ['HTTP/1.1 403 Forbidden', 'Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`, 'Connection: close']
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`)
  socket.destroySoon()
}
