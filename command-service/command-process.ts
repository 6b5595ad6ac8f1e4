import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import { databasePool } from '@elves/core/eventing/postgres/database-pool.ts'
import { migrateEventing } from '@elves/core/eventing/postgres/eventing-schema.ts'
import { postgresEventStore } from '@elves/core/eventing/postgres/postgres-event-store.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { type Running, Stack } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { Settings } from '@elves/core/foundation/settings.ts'
import { hostGuard, hostList } from '@elves/core/http/host-guard.ts'
import { serviceServer } from '@elves/core/http/service-server.ts'
import type { FastifyInstance } from 'fastify'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { WebSocketServer } from 'ws'
import { type CommandService, commandService } from './command-service.ts'
import { commandServiceSettings } from './command-service-settings.ts'
import { gatewaySocketOptions } from './gateway/gateway-limits.ts'
import { commandRoutes } from './http.ts'

export interface CommandProcess extends Running {
  /** Of the internal HTTP; the gateway is at `/gateway` of the same port. */
  readonly url: string
}

export interface CommandProcessOptions {
  readonly settings: Settings
  readonly logger: Logger
}

/** The largest call carries 1 000 tasks of 64 KiB, as JSON text in JSON. */
const bodyLimitBytes = 160 * 1024 * 1024

/** command-service as a process of its own: internal HTTP, health, metrics and the gateway on one port. */
export async function commandProcess(options: CommandProcessOptions): Promise<CommandProcess> {
  const stack = new Stack(options.logger)
  try {
    return await composed(options, stack)
  } catch (error) {
    await stack.stop()
    throw error
  }
}

async function composed({ settings, logger }: CommandProcessOptions, stack: Stack): Promise<CommandProcess> {
  const connectionString = needed(settings, 'ELVES_DATABASE_URL')
  const serviceSecret = needed(settings, 'ELVES_SERVICE_SECRET')
  const joinToken = needed(settings, 'ELVES_JOIN_TOKEN')
  const pool = databasePool(connectionString, 8, logger, { plansOnce: true })
  stack.defer('pool', () => pool.end())
  await migrateEventing(pool)
  const store = await postgresEventStore({ connectionString, logger })
  stack.defer('event store', () => store.close())
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const service = await commandService({
    store,
    pool,
    settings: commandServiceSettings(settings, joinToken),
    logger,
    registry,
    instanceId: `${hostname()}-${randomUUID()}`,
  })
  const allowedHosts = hostList(settings.ELVES_ALLOWED_HOSTS)
  const readiness = async () => {
    if (!service.isReady()) throw new ElvesError('STORE_UNAVAILABLE', 'command-service is still catching up, or stopping', { canRetry: true })
  }
  const server = serviceServer({ logger, registry, allowedHosts, readiness, bodyLimitBytes })
  stack.defer('server', () => server.close())
  stack.use('command-service', service)
  commandRoutes({ server, commands: service.commands, serviceSecret })
  acceptAgents(server, service, allowedHosts)
  await server.listen({ host: settings.ELVES_LISTEN_HOST, port: settings.ELVES_COMMAND_PORT })
  const { address, port } = server.server.address() as AddressInfo
  const url = `http://${address.includes(':') ? `[${address}]` : address}:${port}`
  logger.info({ url }, 'command-service listens')
  return { url, stop: () => stack.stop() }
}

function needed(settings: Settings, name: 'ELVES_DATABASE_URL' | 'ELVES_SERVICE_SECRET' | 'ELVES_JOIN_TOKEN'): string {
  const value = settings[name]
  if (value === '') throw new ElvesError('CONFIG_INVALID', `${name} is needed`, { facts: { name } })
  return value
}

/** The gateway's door: `/gateway`, for WebSockets of agents and of no web page. */
function acceptAgents(server: FastifyInstance, service: CommandService, allowedHosts: readonly string[]): void {
  const sockets = new WebSocketServer({ noServer: true, ...gatewaySocketOptions })
  const guard = hostGuard(allowedHosts)
  server.server.on('upgrade', (request, socket, head) => {
    try {
      guard(request)
    } catch {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
      return
    }
    if (request.url?.split('?')[0] !== '/gateway') {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => service.acceptAgent(webSocket, request.socket.remoteAddress ?? ''))
  })
}
