import type { CommandApi } from '@elves/core/command-api/command-api.ts'
import type { Position } from '@elves/core/eventing/position.ts'
import { componentSwitches } from '@elves/core/foundation/components.ts'
import { hostTimeZone } from '@elves/core/foundation/host-time-zone.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { Settings } from '@elves/core/foundation/settings.ts'
import { onForeignRequest } from '@elves/core/http/service-server.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import type { FastifyInstance } from 'fastify'
import type { Registry } from 'prom-client'
import { AccessLog } from './access/access-log.ts'
import { neededOfDoors } from './access/needed.ts'
import { PersonalNames } from './access/personal-names.ts'
import { ReadAccess } from './access/read-access.ts'
import { agentPackages, lineOf } from './agent-packages/agent-packages.ts'
import { packageDoors } from './apps/package-doors.ts'
import { auditLog, type OpenStore } from './audit/audit-log.ts'
import { auditExport, auditExportPath } from './audit/export-door.ts'
import { countedCommands } from './command-client/command-client.ts'
import { features, restEndpoints } from './features.ts'
import { graphql } from './graphql/graphql.ts'
import { AnswersInFlight } from './graphql/limits/answer-budget.ts'
import type { QueryLimits } from './graphql/limits/cost.ts'
import { pageAssets, pages } from './pages/pages.ts'
import { type ReadPosition, readPosition } from './read-side/read-position.ts'
import { simpleAuthKeys } from './rest-v2/auth-keys.ts'
import type { RestModule } from './rest-v2/endpoint.ts'
import { restV2 } from './rest-v2/rest-v2.ts'
import { supervisedAuthKeys } from './rest-v2/supervised-auth-keys.ts'
import { type Authenticator, callerOf } from './sign-in/authenticator.ts'
import { RefusedRequests } from './sign-in/refused-requests.ts'
import { trustProxies } from './sign-in/seen-client.ts'
import { signInDoors, signInMethodsOf } from './sign-in/sign-in.ts'
import type { FollowedLog } from './subscriptions/followed-log.ts'
import { logOfReadModel } from './subscriptions/log-of-read-model.ts'
import { outputFollower } from './subscriptions/output-follower.ts'
import { subscriptions } from './subscriptions/subscriptions.ts'

export interface QueryServiceOptions {
  /** The server to which the doors are added. It has the host guard and the correlation ids. */
  readonly server: FastifyInstance
  readonly commandApi: CommandApi
  readonly readModels: ReadModels
  /** Opens the log that subscriptions follow; by default its read model, whose projector is slower than the log itself. */
  readonly openLog?: (readPosition: ReadPosition) => Promise<FollowedLog>
  /** Opens the event store, for proofs and exports; without it there are none. */
  readonly openStore?: OpenStore
  readonly settings: Settings
  readonly logger: Logger
  readonly registry: Registry
  /** Says who sends a request; by default what ELVES_AUTH asks for. */
  readonly authenticator?: Authenticator
}

/** Adds the public edge to a server: the pages, GraphQL and REST v2 (those that this process runs), and the packages of agents. `stop` ends the subscriptions; the caller closes the server. */
export async function queryService(options: QueryServiceOptions): Promise<Running> {
  const { server, readModels, settings, logger, registry } = options
  const see = trustProxies(server, settings.ELVES_TRUSTED_PROXIES)
  const commandApi = countedCommands(
    options.commandApi,
    features.flatMap(({ commands = [] }) => commands),
    registry,
  )
  const position = readPosition(readModels)
  const kinds = features.flatMap(({ changes = [] }) => changes)
  const openLog = async () => options.openLog?.(position) ?? logOfReadModel(readModels)
  const followed = subscriptions({ readModels, openLog, kinds, logger, registry, bufferSize: settings.ELVES_SUBSCRIBER_BUFFER })
  const output = outputFollower(readModels, logger)
  const switches = componentSwitches(settings)
  const audit = auditLog(readModels, options.openStore)
  const accessLog = new AccessLog({ readModels, readPosition: position, commands: commandApi, logger })
  const settled = async (at: Position) => {
    // Who is too far behind answers with the roles of before, and hears of the others later.
    await position.reached(at, ['event-log', 'users']).catch(() => undefined)
    if (accessLog.known) await accessLog.refreshed()
  }
  const seen = (at: Position) => position.reached(at, ['tasks', 'queues']).catch(() => undefined)
  const refused = new RefusedRequests({ commands: commandApi, logger })
  onForeignRequest(server, (request) => {
    const { origin, host = '' } = request.headers
    see(request)
    refused.tell(request, { reason: 'FOREIGN_ORIGIN', origin: origin ?? host })
  })
  const { authenticator, stop: stopSignIn } = options.authenticator
    ? { authenticator: options.authenticator, stop: async () => undefined }
    : signInDoors(server, { settings, commands: commandApi, subscriptions: followed, settled, refused, logger })
  const hasSupervisor = settings.ELVES_REST_MODE === 'supervisor'
  const access = new ReadAccess({ log: accessLog, readModels, reached: seen, commands: commandApi, hasSupervisor, logger })
  if (switches.runsHere('graphql')) {
    await graphql(server, {
      authenticator,
      resolvers: features.map(({ resolvers }) => resolvers),
      services: {
        commands: commandApi,
        access,
        names: new PersonalNames({ log: accessLog, commands: commandApi, logger }),
        readModels,
        readPosition: position,
        subscriptions: followed,
        output,
        answers: new AnswersInFlight({ registry }),
        audit,
        signInMethods: signInMethodsOf(settings),
        installLine: (joinToken) => lineOf(settings, joinToken),
        logger,
      },
      limits: queryLimits(settings),
      refused,
      isIntrospectable: settings.ELVES_INTROSPECTION,
      hasGraphiql: settings.ELVES_GRAPHIQL,
      registry,
    })
    if (settings.ELVES_DASHBOARD || settings.ELVES_GRAPHIQL) await pageAssets(server)
    if (settings.ELVES_DASHBOARD) await pages(server)
  }
  if (switches.runsHere('rest')) {
    const hasModule = (module: RestModule) => (module === 'supervisor' ? hasSupervisor : switches.isOn(module))
    const authKeys = hasSupervisor
      ? supervisedAuthKeys(access, { commands: commandApi, readModels, logger })
      : simpleAuthKeys({ authId: settings.ELVES_AUTH_ID, authKey: settings.ELVES_AUTH_KEY })
    await restV2(server, {
      services: { commands: commandApi, readModels, readPosition: position, authKeys, access, timeZone: hostTimeZone(logger) },
      endpoints: restEndpoints,
      authKeys,
      signTypes: settings.ELVES_REST_SIGN_TYPES,
      onDenied: (authId, path, app) => access.tellDeniedRun(authId, path, app),
      onRefused: (request, refusedFor) => refused.tell(request, refusedFor),
      hasModule,
      now: Date.now,
      registry,
    })
  }
  agentPackages(server, settings)
  auditExport(server, audit, async (request) => {
    const caller = await callerOf(request, authenticator)
    await access.check(caller, auditExportPath, neededOfDoors[auditExportPath])
  })
  await packageDoors(server, { commandApi, readModels, authenticator, access, settings })
  return {
    async stop() {
      position.stop()
      accessLog.stop()
      await stopSignIn()
      await refused.stop()
      await Promise.all([followed.stop(), output.stop()])
    },
  }
}

function queryLimits(settings: Settings): QueryLimits {
  return {
    maxDepth: settings.ELVES_QUERY_MAX_DEPTH,
    maxComplexity: settings.ELVES_QUERY_MAX_COMPLEXITY,
    maxAliases: settings.ELVES_QUERY_MAX_ALIASES,
    maxBatch: settings.ELVES_QUERY_MAX_BATCH,
  }
}
