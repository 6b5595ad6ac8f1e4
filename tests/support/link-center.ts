import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { socketDial } from '@elves/agent/link/socket-session.ts'
import { type CommandService, commandService } from '@elves/command-service/command-service.ts'
import type { CommandServiceSettings } from '@elves/command-service/command-service-settings.ts'
import { challengeUpgrades } from '@elves/command-service/link/challenges.ts'
import { gatewaySocketOptions } from '@elves/command-service/link/link-limits.ts'
import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { postgresEventStore } from '@elves/core/eventing/postgres/postgres-event-store.ts'
import { randomHexId } from '@elves/core/foundation/ids.ts'
import { type Logger, silentLogger } from '@elves/core/foundation/log.ts'
import type { KafkaConnection } from '@elves/core/kafka/kafka-connection.ts'
import { Registry } from 'prom-client'
import { WebSocketServer } from 'ws'
import type { EventingDatabase } from './eventing-database.ts'
import type { LinkWay } from './link-agent.ts'
import { waitFor } from './wait-for.ts'

export const linkSettings: CommandServiceSettings = {
  appPackages: { kind: 'folder', folder: '' },
  startAllowanceMs: 30_000,
  deadlineGraceMs: 15_000,
  resendAfterMs: 2_000,
  // On a busy machine, a broker may need longer than the usual grace to be back.
  agentLostAfterMs: 300_000,
  pingIntervalMs: 1_000,
  joinToken: 'let-me-in',
  output: { days: 7, bytes: 2 ** 32 },
  audit: { keyFile: '', headMs: 100, headsFile: '', headsUrl: '' },
  keylessAgents: false,
  signingKey: 'key-that-signs',
  masterKeys: { text: 'a master key for tests', file: '' },
  adminPassword: '',
  sessions: { idleMs: 3_600_000, longestMs: 86_400_000 },
  serviceSecret: 'secret',
  entering: { rolesOfGroups: [], takesNewUsers: true, admin: '' },
  watcher: { everyMs: 5_000, goneAfterMs: 15_000, lagMs: 60_000, freePercent: 0, certificateDays: 14 },
  inventoryFile: '',
  restMode: 'simple',
  webhooks: { networks: 'all', timeoutMs: 15_000, retryMs: 5_000, longestRetryMs: 600_000, giveUpMs: 259_200_000, failingAfterMs: 60_000 },
  shutdownMs: 5_000,
}

export interface LinkCenterOptions {
  readonly database: EventingDatabase
  /** Null: agents connect to a gateway in the same process. */
  readonly kafka: KafkaConnection | null
  readonly logger?: Logger
}

/** A real write side on a real database, which can be stopped and started again. */
export interface LinkCenter {
  readonly database: EventingDatabase
  readonly service: CommandService
  readonly store: EventStore
  /** Where its gateway is. */
  url(): string
  /** How an agent connects to the gateway. */
  way(): LinkWay
  start(changes?: Partial<CommandServiceSettings>): Promise<void>
  stop(): Promise<void>
  /** Cuts all sockets of agents. */
  cutSockets(): void
}

export async function linkCenter({ database, kafka, logger = silentLogger }: LinkCenterOptions): Promise<LinkCenter> {
  let port = 0
  let running: { service: CommandService; store: EventStore; server: WebSocketServer | null } | null = null

  function now() {
    if (!running) throw new Error('the center is not running')
    return running
  }

  async function start(changes: Partial<CommandServiceSettings> = {}): Promise<void> {
    const store = await postgresEventStore({ connectionString: database.url, logger })
    const settings = { ...linkSettings, ...changes }
    const instanceId = `center-${randomHexId()}`
    const service = await commandService({
      store,
      feed: store,
      pool: database.pool,
      settings,
      logger,
      registry: new Registry(),
      instanceId,
      kafka,
    })
    const server = kafka ? null : await gatewayServer(service, port)
    if (server) port = (server.address() as AddressInfo).port
    running = { service, store, server }
    await waitFor(() => service.isReady(), { what: 'the center', timeoutMs: 60_000 })
  }

  return {
    database,
    get service() {
      return now().service
    },
    get store() {
      return now().store
    },
    url: () => `ws://127.0.0.1:${port}/gateway`,
    way: () => ({ dial: socketDial(`ws://127.0.0.1:${port}/gateway`), joinToken: linkSettings.joinToken, stop: async () => undefined }),
    start,
    async stop() {
      const stopping = running
      running = null
      if (!stopping) return
      await stopping.service.stop()
      for (const client of stopping.server?.clients ?? []) client.terminate()
      await new Promise((resolve) => (stopping.server ? stopping.server.close(resolve) : resolve(null)))
      await stopping.store.close()
    },
    cutSockets() {
      for (const client of now().server?.clients ?? []) client.terminate()
    },
  }
}

async function gatewayServer(service: CommandService, port: number): Promise<WebSocketServer> {
  const server = new WebSocketServer({ host: '127.0.0.1', port, ...gatewaySocketOptions })
  challengeUpgrades(server)
  server.on('connection', (socket, request) => service.acceptAgent(socket, request.socket))
  await once(server, 'listening')
  return server
}
