import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { kafkaEventStream } from '@elves/core/eventing/kafka/kafka-event-stream.ts'
import { databasePool } from '@elves/core/eventing/postgres/database-pool.ts'
import { postgresEventStore } from '@elves/core/eventing/postgres/postgres-event-store.ts'
import { allComponents, type ComponentSwitches } from '@elves/core/foundation/components.ts'
import { Stack } from '@elves/core/foundation/lifecycle.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import type { KafkaConnection } from '@elves/core/kafka/kafka-connection.ts'
import { eventingDatabase } from '@elves/tests/support/eventing-database.ts'
import { Registry } from 'prom-client'
import { type WebSocket, WebSocketServer } from 'ws'
import { commandService } from '../command-service.ts'
import type { CommandServiceSettings } from '../command-service-settings.ts'
import { gatewayService } from '../gateway-service.ts'
import { gatewaySocketOptions } from '../link/link-limits.ts'
import { withRunTask } from './center.ts'
import { testSettings } from './test-settings.ts'

/** Instances of the write side in this process, each with connections of its own, on one database. */
export async function instances(kafka: KafkaConnection | null = null, changes: Partial<CommandServiceSettings> = {}) {
  const database = await eventingDatabase()
  const all = new Stack(silentLogger)
  all.defer('database', () => database.close())

  async function ground(instanceId: string, stack: Stack) {
    const pool = databasePool(database.url, 4, silentLogger, { plansOnce: true })
    stack.defer('pool', () => pool.end())
    const store = await postgresEventStore({ connectionString: database.url, logger: silentLogger })
    stack.defer('store', () => store.close())
    return { pool, store, settings: { ...testSettings, ...changes }, logger: silentLogger, registry: new Registry(), instanceId }
  }

  /** A command-service; without Kafka it also accepts agents. `tablesBegin`: it makes no tables of what is due before that. */
  async function command(instanceId: string, components: ComponentSwitches = allComponents, tablesBegin?: Promise<void>) {
    const stack = new Stack(silentLogger)
    all.defer(instanceId, () => stack.stop())
    const base = await ground(instanceId, stack)
    const service = await commandService({ ...base, feed: base.store, kafka, components, ...(tablesBegin && { tablesBegin }) })
    stack.use('service', service)
    const url = await door((socket, connection) => service.acceptAgent(socket, connection), stack)
    return {
      ...base,
      commands: withRunTask(service.tasks),
      handlers: service.handlers,
      isReady: () => service.isReady(),
      url,
      stop: () => stack.stop(),
    }
  }

  async function gateway(instanceId: string) {
    if (!kafka) throw new Error('a gateway needs Kafka')
    const stack = new Stack(silentLogger)
    all.defer(instanceId, () => stack.stop())
    const base = await ground(instanceId, stack)
    const feed = kafkaEventStream({ connection: kafka, store: base.store, logger: silentLogger })
    stack.defer('feed', () => feed.close())
    const service = await gatewayService({ ...base, feed, kafka })
    stack.use('service', service)
    const url = await door((socket, connection) => service.acceptAgent(socket, connection), stack)
    return { ...base, isReady: () => service.isReady(), url, stop: () => stack.stop() }
  }

  return { database, command, gateway, close: () => all.stop() }
}

async function door(accept: (socket: WebSocket, connection: Socket) => void, stack: Stack): Promise<string> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, ...gatewaySocketOptions })
  server.on('connection', (socket, request) => accept(socket, request.socket))
  await once(server, 'listening')
  stack.defer('sockets', () => {
    for (const client of server.clients) client.terminate()
    return new Promise<void>((resolve) => server.close(() => resolve()))
  })
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
}
