import type pg from 'pg'
import type { Stack } from '../foundation/lifecycle.ts'
import type { EventStore } from './event-store.ts'
import { type OpenEventStore, openEventStore } from './open-event-store.ts'
import { databasePool } from './postgres/database-pool.ts'
import { eventingSchema, migrateEventing } from './postgres/eventing-schema.ts'

export interface OpenEventing extends OpenEventStore {
  /** Most connections of the pool; the store has its own. */
  readonly connections: number
}

/** What every process needs that writes or follows events. */
export interface Eventing {
  /** Pool of the database with checkpoints, leases and read models, even if the events are elsewhere. */
  readonly pool: pg.Pool
  readonly store: EventStore
}

/** Opens the database and the event store, and migrates the schema. Both are closed with the stack. */
export async function openEventing({ connections, ...options }: OpenEventing, stack: Stack): Promise<Eventing> {
  const pool = databasePool(options.settings.ELVES_DATABASE_URL, connections, options.logger, { plansOnce: true })
  stack.defer('pool', () => pool.end())
  await migrateEventing(pool, eventingSchema, (text) => options.logger.info(text))
  const store = await openEventStore(options)
  stack.defer('event store', () => store.close())
  return { pool, store }
}
