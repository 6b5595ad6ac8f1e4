import pg from 'pg'
import { silentLogger } from '../../../foundation/log.ts'
import { kafkaConnection } from '../../../kafka/kafka-connection.ts'
import type { KafkaSettings } from '../../../kafka/kafka-settings.ts'
import { postgresEventStore } from '../../postgres/postgres-event-store.ts'
import { relay } from '../relay.ts'

/** A relay as a process of its own, for tests that kill or stop one. Tells its parent whenever it becomes active. */
export interface RelayProcessOptions {
  readonly connectionString: string
  readonly settings: KafkaSettings
  readonly owner: string
}

const options = JSON.parse(process.argv[2] ?? '') as RelayProcessOptions
const logger = silentLogger
// Ends with its parent.
process.on('disconnect', () => process.exit(0))

const connection = await kafkaConnection({ settings: options.settings, clientId: options.owner, logger })
const store = await postgresEventStore({ connectionString: options.connectionString, logger })
const pool = new pg.Pool({ connectionString: options.connectionString })
pool.on('error', () => undefined)
const running = relay({ connection, store, pool, owner: options.owner, logger })
let told = false
setInterval(() => {
  const isActive = running.position() !== null
  if (isActive !== told) process.send?.({ isActive })
  told = isActive
}, 5)
