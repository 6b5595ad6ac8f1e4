import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { commandService } from '@elves/command-service/command-service.ts'
import { commandServiceSettings } from '@elves/command-service/command-service-settings.ts'
import { challengeUpgrades } from '@elves/command-service/link/challenges.ts'
import { gatewayPath } from '@elves/command-service/link/gateway-path.ts'
import { gatewaySocketOptions } from '@elves/command-service/link/link-limits.ts'
import { openTlsDoor } from '@elves/command-service/tls-door.ts'
import { appPackagesFolder } from '@elves/core/app-package/app-packages-folder.ts'
import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { openEventing } from '@elves/core/eventing/open-eventing.ts'
import type { FeedingStatus } from '@elves/core/eventing/process-managers/due-table.ts'
import { tellingStore } from '@elves/core/eventing/telling-store.ts'
import { componentNames, componentSwitches } from '@elves/core/foundation/components.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { type Running, Stack } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { Settings } from '@elves/core/foundation/settings.ts'
import { until, within } from '@elves/core/foundation/waiting.ts'
import { hostList } from '@elves/core/http/host-guard.ts'
import { listen } from '@elves/core/http/listen.ts'
import { outerDoor } from '@elves/core/http/outer-door.ts'
import { serviceRegistry } from '@elves/core/http/service-registry.ts'
import { serviceServer } from '@elves/core/http/service-server.ts'
import { migrateReadModels, readSchema } from '@elves/core/read-models/migrate.ts'
import { postgresReadModels } from '@elves/core/read-models/postgres-read-models.ts'
import { leastPosition } from '@elves/core/read-models/projector-states.ts'
import { readModelNames } from '@elves/core/read-models/registry.ts'
import { readCounters } from '@elves/core/read-models/state-counts.ts'
import { traceRequests } from '@elves/core/tracing/traced-requests.ts'
import { openTracing } from '@elves/core/tracing/tracing.ts'
import { beats } from '@elves/core/watching/beats.ts'
import { projectorMetrics } from '@elves/projection-service/projector-metrics.ts'
import type { HandledBatch } from '@elves/projection-service/thread/messages.ts'
import { valueAgeing } from '@elves/projection-service/value-ageing.ts'
import { webSockets } from '@elves/query-service/graphql/graphql.ts'
import { graphqlPath } from '@elves/query-service/graphql/http-door.ts'
import { queryService } from '@elves/query-service/query-service.ts'
import { logOfStore } from '@elves/query-service/subscriptions/followed-log.ts'
import type { FastifyInstance } from 'fastify'
import type pg from 'pg'
import type { Registry } from 'prom-client'
import type { WebSocket } from 'ws'
import { type KeptProjections, type KeptProjectionsOptions, keptProjections } from './kept-projections.ts'
import { preparedDoor } from './listening/prepared-door.ts'
import type { Secrets } from './secrets.ts'
import { making } from './start-progress.ts'

const progressEveryMs = 3_000
/** A store that does not tell the end of its log for so long is asked again with the next look. */
const answerMs = 1_000

/** All services in this process, on one port. */
export interface Center extends Running {
  readonly url: string
  /** Of the door for other machines; null: there is none. */
  readonly outerUrl: string | null
  /**
   * Resolves when the read models are at the end of the log, however long that takes: a restored log is read from its
   * beginning. Throws READ_MODEL_BEHIND if a read model has stopped.
   */
  caughtUp(say: (text: string) => void, signal: AbortSignal): Promise<void>
  /** Resolves when the agent has a link, or the signal is aborted. Then it takes tasks; the read models may not show it yet. Throws AGENT_OFFLINE. */
  agentLinked(agentId: string, timeoutMs: number, signal: AbortSignal): Promise<void>
  /** Resolves when the read models show the agent with a link newer than `since` (ms since the epoch), or the signal is aborted. Throws AGENT_OFFLINE. */
  agentConnected(agentId: string, since: number, timeoutMs: number, signal: AbortSignal): Promise<void>
}

export interface CenterOptions {
  readonly dataDir: string
  readonly databaseUrl: string
  readonly port: number
  readonly settings: Settings
  readonly secrets: Required<Secrets>
  readonly logger: Logger
  /** Gets whole lines of the logs of threads. */
  readonly log: { write(lines: string): void }
}

/** Migrates, starts the services one after the other, and listens. If one fails, stops those that were started. */
export async function startCenter(options: CenterOptions): Promise<Center> {
  const stack = new Stack(options.logger)
  try {
    return await composed(options, stack)
  } catch (error) {
    await stack.stop()
    throw error
  }
}

async function composed({ dataDir, databaseUrl, port, settings, secrets, logger, log }: CenterOptions, stack: Stack): Promise<Center> {
  const stored = { ...settings, ELVES_DATABASE_URL: databaseUrl }
  const storeLogger = logger.child({ part: 'event-store' })
  const registry = serviceRegistry()
  const { pool, store } = await openEventing({ settings: stored, connections: 8, logger: storeLogger, registry, isFollowedElsewhere: false }, stack)
  await migrateReadModels(pool, readSchema, (text) => logger.info(text))
  const projections = stack.use('projections', projectionsOf({ settings: stored, store, pool, logger, log, registry }))
  const ageing = valueAgeing({ store, pool, settings, owner: 'standalone', logger: logger.child({ part: 'value-ageing' }) })
  if (ageing) stack.use('value ageing', ageing)
  const readModels = await postgresReadModels({
    connectionString: databaseUrl,
    logger: logger.child({ part: 'read-models' }),
    hurry: (position) => projections.hurry(position),
    commits: projections.commits,
  })
  stack.defer('read models', () => readModels.close())
  const outer = await preparedDoor(settings, dataDir)
  // One process, so it runs all that is on.
  const edgeSettings = {
    ...settings,
    ELVES_PROCESS_COMPONENTS: componentNames,
    ELVES_AUTH_ID: secrets.authId,
    ELVES_AUTH_KEY: secrets.authKey,
    ELVES_SERVICE_SECRET: secrets.serviceSecret,
    ELVES_SIGNING_KEY: secrets.signingKey,
    ELVES_SECRETS_KEY: secrets.secretsKey,
    ELVES_TOKEN: secrets.token,
    ELVES_ADMIN_PASSWORD: secrets.adminPassword,
    ELVES_AUDIT_KEY_FILE: settings.ELVES_AUDIT_KEY_FILE || join(dataDir, 'audit-key'),
    // Everything is on this machine, and so are receivers that somebody tries out.
    ELVES_WEBHOOK_NETWORKS: settings.ELVES_WEBHOOK_NETWORKS || 'all',
    ...outer?.edge,
  }
  const instance = `standalone-${randomUUID()}`
  const tracing = await openTracing({ settings, service: 'standalone', instance, logger }, stack)
  const opened = Promise.withResolvers<void>()
  const command = await commandService({
    store: tellingStore(store, () => projections.appended()),
    feed: store,
    kafka: null,
    components: componentSwitches(edgeSettings),
    pool,
    settings: commandServiceSettings(edgeSettings, secrets.joinToken),
    logger: logger.child({ part: 'command-service' }),
    registry,
    instanceId: instance,
    tracing,
    tablesBegin: opened.promise,
  })
  const server = serviceServer({
    logger: logger.child({ part: 'edge' }),
    registry,
    allowedHosts: [...hostList(settings.ELVES_ALLOWED_HOSTS), ...(outer?.names ?? [])],
    webSocketPaths: [graphqlPath, gatewayPath],
    readiness: async () => {
      if (!command.isReady() || !projections.isReady()) throw new ElvesError('STORE_UNAVAILABLE', 'a service is not ready yet', { canRetry: true })
    },
  })
  stack.defer('server', () => server.close())
  if (tracing) traceRequests(server, tracing)
  stack.use('command-service', command)
  await webSockets(server, gatewaySocketOptions)
  challengeUpgrades(server.websocketServer)
  gatewayRoute(server, command)
  command.addPackageDoor(server)
  const edgeLogger = logger.child({ part: 'query-service' })
  stack.use(
    'query-service',
    await queryService({
      server,
      commandApi: command.api,
      readModels,
      openLog: async () => logOfStore(store),
      openStore: async () => store,
      settings: edgeSettings,
      logger: edgeLogger,
      registry,
    }),
  )
  stack.use(
    'beats',
    beats({
      connectionString: databaseUrl,
      kinds: ['command-service', 'gateway', 'projection-service', 'query-service'],
      instance,
      registry,
      logger,
      isReady: () => command.isReady() && projections.isReady(),
      folders: [dataDir, appPackagesFolder(edgeSettings)],
      certificates: [...(outer ? [join(outer.folder, 'cert.pem')] : []), settings.ELVES_GATEWAY_TLS_CERT_FILE].filter((file) => file !== ''),
    }),
  )
  // Its thread has started beside all of this.
  await projections.started
  const url = await listen(server, { host: '127.0.0.1', port, setting: 'ELVES_HTTP_PORT' })
  opened.resolve()
  const accept = (socket: WebSocket, connection: Socket) => command.acceptAgent(socket, connection)
  await openTlsDoor(
    { settings, host: '127.0.0.1', accept, answer: (request, response) => server.routing(request, response), logger: logger.child({ part: 'edge' }) },
    stack,
  )
  if (outer) stack.use('outer door', await outerDoor({ server, ...outer }))
  return {
    url,
    outerUrl: outer?.edge.ELVES_PUBLIC_URL ?? null,
    stop: () => stack.stop(),
    caughtUp: (say, signal) => untilCaughtUp({ projections, store, say, signal, url, makingTables: () => command.makingTables() }),
    async agentLinked(agentId, timeoutMs, signal) {
      if (!(await until(async () => signal.aborted || (await command.isLinked(agentId)), timeoutMs))) throw notConnected(agentId, timeoutMs)
    },
    async agentConnected(agentId, since, timeoutMs, signal) {
      const isConnected = async () => {
        const agent = await readModels.agent(agentId).catch(() => null)
        return agent?.state === 'CONNECTED' && agent.lastSeenAt !== null && agent.lastSeenAt >= since
      }
      if (await until(async () => signal.aborted || (await isConnected()), timeoutMs)) return
      throw notConnected(agentId, timeoutMs)
    },
  }
}

function notConnected(agentId: string, timeoutMs: number): ElvesError {
  return new ElvesError('AGENT_OFFLINE', `The agent did not connect within ${timeoutMs / 1000} s.`, { facts: { agentId } })
}

interface ProjectionsOf extends Omit<KeptProjectionsOptions, 'handled' | 'handedOf'> {
  readonly store: EventStore
  readonly pool: pg.Pool
  readonly registry: Registry
}

/** The projectors, whose metrics are those of this process. */
function projectionsOf({ store, pool, registry, ...options }: ProjectionsOf): KeptProjections {
  let projections: KeptProjections | null = null
  const metrics = projectorMetrics({
    registry,
    store,
    projectors: readModelNames,
    status: () => projections?.status() ?? [],
    counters: () => readCounters(pool, readSchema),
  })
  const handled = ({ projector, recordedAt, tookMs }: HandledBatch) => metrics.handled(projector, recordedAt, tookMs)
  // EventStoreDB sends each event as a message of its own; a second time in a process, that costs more than to hand it on.
  const handedOf = options.settings.ELVES_EVENTSTOREDB_URL === '' ? null : store
  projections = keptProjections({ ...options, handled, handedOf })
  return projections
}

interface CatchingUp {
  readonly projections: Pick<KeptProjections, 'status' | 'isReady'>
  readonly store: Pick<EventStore, 'head'>
  readonly say: (text: string) => void
  readonly signal: AbortSignal
  readonly url: string
  readonly makingTables: () => FeedingStatus | null
}

async function untilCaughtUp({ projections, store, say, signal, url, makingTables }: CatchingUp): Promise<void> {
  while (!(await until(() => projections.isReady() || signal.aborted || stopped(projections) !== undefined, progressEveryMs))) {
    const end = await within(answerMs, store.head(), null).catch(() => null)
    if (end === null) continue
    const tables = makingTables()
    const readModels = leastPosition(projections.status().map(({ position }) => position))
    const due = tables && !tables.isMade ? (tables.position ?? leastPosition([])) : null
    say(`${making({ end, readModels, due })} Tasks run meanwhile; ask for them at ${url}/graphql`)
  }
  const reason = stopped(projections)
  if (reason !== undefined) throw new ElvesError('READ_MODEL_BEHIND', reason)
}

function stopped(projections: Pick<KeptProjections, 'status'>): string | undefined {
  const found = projections.status().find(({ state }) => state === 'STOPPED')
  return found && `The projector of ${found.name} has stopped at ${found.position}: ${found.error}`
}

/** The agent sends its token in the hello. The token in the address is for people; it is not read here. */
function gatewayRoute(
  server: FastifyInstance,
  command: { acceptAgent(socket: import('ws').WebSocket, connection: import('node:net').Socket): void },
): void {
  server.register(async (scope) => {
    scope.get(gatewayPath, { websocket: true }, (socket, request) => command.acceptAgent(socket, request.socket))
  })
}
