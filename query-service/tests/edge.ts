import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { memoryEventStore } from '@elves/core/eventing/memory/memory-event-store.ts'
import { type Logger, silentLogger } from '@elves/core/foundation/log.ts'
import { readSettings } from '@elves/core/foundation/read-settings.ts'
import { serviceServer } from '@elves/core/http/service-server.ts'
import { type MemoryCommandApi, memoryCommandApi } from '@elves/tests/support/memory-command-api.ts'
import { type MemoryReadModels, memoryReadModels } from '@elves/tests/support/memory-read-models.ts'
import type { FastifyInstance } from 'fastify'
import { Registry } from 'prom-client'
import { graphqlPath } from '../graphql/http-door.ts'
import { queryService } from '../query-service.ts'
import type { Authenticator } from '../sign-in/authenticator.ts'
import { type FollowedLog, logOfStore } from '../subscriptions/followed-log.ts'
import { everybody } from './everybody.ts'

/** The body of an answer, for tests to look into. */
// biome-ignore lint/suspicious/noExplicitAny: its shape is what the tests are about
export type Json = any

/** The public edge over an in-memory store. */
export interface Edge {
  readonly store: EventStore
  readonly server: FastifyInstance
  readonly commands: MemoryCommandApi
  readonly readModels: MemoryReadModels
  /** How many times subscriptions began to follow the store. */
  follows(): number
  readonly registry: Registry
  /** POSTs an operation; returns the answer's body. */
  ask(query: string, variables?: object, headers?: Record<string, string>): Promise<{ data?: Json; errors?: Json }>
  stop(): Promise<void>
}

export interface EdgeOptions {
  readonly env?: Record<string, string>
  readonly logger?: Logger
  /** Default: everybody is the local admin. `as set`: what ELVES_AUTH says. */
  readonly authenticator?: Authenticator | 'as set'
}

export const agentId = 'a'.repeat(32)
const host = { host: 'localhost:4100' }

export async function edge({ env = {}, logger = silentLogger, authenticator = everybody }: EdgeOptions = {}): Promise<Edge> {
  const store = memoryEventStore()
  const commands = memoryCommandApi(store)
  const readModels = memoryReadModels(store)
  const registry = new Registry()
  const server = serviceServer({ logger, registry, allowedHosts: [], webSocketPaths: [graphqlPath], readiness: async () => {} })
  let follows = 0
  const openLog = async (): Promise<FollowedLog> => {
    const log = logOfStore(store)
    return {
      ...log,
      subscribe(options) {
        follows++
        return log.subscribe(options)
      },
    }
  }
  const said = authenticator === 'as set' ? {} : { authenticator }
  const service = await queryService({ server, commandApi: commands, readModels, openLog, settings: readSettings(env), logger, registry, ...said })
  await commands.addAgent(agentId, '10.0.0.1')
  return {
    store,
    server,
    commands,
    readModels,
    follows: () => follows,
    registry,
    async ask(query, variables, headers) {
      const answer = await server.inject({ method: 'POST', url: '/graphql', headers: { ...host, ...headers }, payload: { query, variables } })
      return answer.json()
    },
    async stop() {
      await service.stop()
      await server.close()
      await readModels.close()
      await store.close()
    },
  }
}
