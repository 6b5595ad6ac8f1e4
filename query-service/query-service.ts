import type { CommandApi } from '@elves/core/command-api/command-api.ts'
import { componentSwitches } from '@elves/core/foundation/components.ts'
import { hostTimeZone } from '@elves/core/foundation/host-time-zone.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { Settings } from '@elves/core/foundation/settings.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import type { FastifyInstance } from 'fastify'
import type { Registry } from 'prom-client'
import { agentPackages, lineOf } from './agent-packages/agent-packages.ts'
import { countedCommands } from './command-client/command-client.ts'
import { features, restEndpoints } from './features.ts'
import { graphql } from './graphql/graphql.ts'
import { type Authenticator, localAuthenticator } from './graphql/http-door.ts'
import { AnswersInFlight } from './graphql/limits/answer-budget.ts'
import type { QueryLimits } from './graphql/limits/cost.ts'
import { type ReadPosition, readPosition } from './read-side/read-position.ts'
import { simpleAuthKeys } from './rest-v2/auth-keys.ts'
import type { RestModule } from './rest-v2/endpoint.ts'
import { restV2 } from './rest-v2/rest-v2.ts'
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
  readonly settings: Settings
  readonly logger: Logger
  readonly registry: Registry
  /** Decides who may use GraphQL; by default every request that passes the host guard, as `local`. */
  readonly authenticator?: Authenticator
}

/** Adds the public edge to a server: GraphQL and REST v2 (those that this process runs), and the packages of agents. `stop` ends the subscriptions; the caller closes the server. */
export async function queryService(options: QueryServiceOptions): Promise<Running> {
  const { server, readModels, settings, logger, registry } = options
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
  if (switches.runsHere('graphql')) {
    await graphql(server, {
      authenticator: options.authenticator ?? localAuthenticator,
      resolvers: features.map(({ resolvers }) => resolvers),
      services: {
        commands: commandApi,
        readModels,
        readPosition: position,
        subscriptions: followed,
        output,
        answers: new AnswersInFlight({ registry }),
        installLine: (joinToken) => lineOf(settings, joinToken),
        logger,
      },
      limits: queryLimits(settings),
      isIntrospectable: settings.ELVES_INTROSPECTION,
      hasGraphiql: settings.ELVES_GRAPHIQL,
      registry,
    })
  }
  if (switches.runsHere('rest')) {
    // The supervisor, with auth ids and grants, does not exist yet.
    const hasModule = (module: RestModule) => module !== 'supervisor' && switches.isOn(module)
    const authKeys = simpleAuthKeys({ authId: settings.ELVES_AUTH_ID, authKey: settings.ELVES_AUTH_KEY })
    await restV2(server, {
      services: { commands: commandApi, readModels, readPosition: position, timeZone: hostTimeZone(logger) },
      endpoints: restEndpoints,
      authKeys,
      hasModule,
      now: Date.now,
      registry,
    })
  }
  agentPackages(server, settings)
  return {
    async stop() {
      position.stop()
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
