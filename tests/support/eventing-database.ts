import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { migrateEventing } from '@elves/core/eventing/postgres/eventing-schema.ts'
import { postgresEventStore } from '@elves/core/eventing/postgres/postgres-event-store.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import pg from 'pg'
import { testDatabase } from './postgres.ts'

/** A new database with an up-to-date schema `elves`. */
export interface EventingDatabase {
  readonly url: string
  readonly pool: pg.Pool
  /** Opens a store; `close` closes all of them. */
  store(): Promise<EventStore>
  close(): Promise<void>
}

/** For `int` tests of code that uses the event store. */
export async function eventingDatabase(): Promise<EventingDatabase> {
  const database = await testDatabase()
  const pool = new pg.Pool({ connectionString: database.url })
  // Tests cut connections on purpose.
  pool.on('error', () => undefined)
  await migrateEventing(pool)
  const stores: EventStore[] = []
  return {
    url: database.url,
    pool,
    async store() {
      const store = await postgresEventStore({ connectionString: database.url, logger: silentLogger })
      stores.push(store)
      return store
    },
    async close() {
      await Promise.all(stores.map((store) => store.close()))
      await pool.end()
      await database.drop()
    },
  }
}
