import websocket, { type WebsocketPluginOptions } from '@fastify/websocket'
import type { FastifyInstance } from 'fastify'
import type { Registry } from 'prom-client'
import type { Resolvers } from '../generated/graphql.ts'
import type { Authenticator } from '../sign-in/authenticator.ts'
import type { RefusedRequests } from '../sign-in/refused-requests.ts'
import type { GraphqlServices } from './context.ts'
import { Documents } from './documents.ts'
import { graphqlExecutor } from './executor.ts'
import { graphiql } from './graphiql.ts'
import { graphqlMetrics } from './graphql-metrics.ts'
import { httpDoor } from './http-door.ts'
import type { QueryLimits } from './limits/cost.ts'
import { executableSchema } from './schema.ts'
import { toldOverLimits } from './told-over-limits.ts'
import { webSocketDoor } from './websocket-door.ts'

export interface GraphqlOptions {
  readonly authenticator: Authenticator
  /** The resolvers of all features. */
  readonly resolvers: readonly Resolvers[]
  readonly services: GraphqlServices
  readonly limits: QueryLimits
  /** Tells the log of requests over the limits. */
  readonly refused: Pick<RefusedRequests, 'tell'>
  readonly isIntrospectable: boolean
  readonly hasGraphiql: boolean
  readonly registry: Registry
}

const maxMessageBytes = 1024 * 1024

/** Adds GraphQL to a server: `/graphql` over HTTP and WebSocket, and `/graphiql` if it is switched on. */
export async function graphql(server: FastifyInstance, options: GraphqlOptions): Promise<void> {
  const { authenticator, services, limits, refused, isIntrospectable, registry } = options
  const schema = executableSchema(options.resolvers, services.access.guard)
  const documents = new Documents({ schema, isIntrospectable, registry })
  const metrics = graphqlMetrics(registry, schema)
  const execute = graphqlExecutor({ schema, documents, limits, metrics })
  await webSockets(server)
  await server.register(async (scope) => {
    const door = { authenticator, services, execute, limits, schema, documents, metrics, tellOverLimits: toldOverLimits(refused) }
    webSocketDoor(scope, { ...door, answerGet: httpDoor(scope, door) })
    if (options.hasGraphiql) await graphiql(scope)
  })
}

/** Registers one WebSocket server for all routes of a server. The first caller sets its options. */
export async function webSockets(
  server: FastifyInstance,
  options: WebsocketPluginOptions['options'] = { maxPayload: maxMessageBytes },
): Promise<void> {
  if (server.hasDecorator('websocketServer')) return
  await server.register(websocket, { options: { ...options, handleProtocols: preferGraphql } })
}

/** Prefers graphql-transport-ws if the client also offers an older GraphQL protocol; otherwise takes the first protocol that it offers. */
function preferGraphql(protocols: Set<string>): string | false {
  const ours = 'graphql-transport-ws'
  return protocols.has(ours) ? ours : (protocols.values().next().value ?? false)
}
