import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { postgresEventStore } from '@elves/core/eventing/postgres/postgres-event-store.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import type pg from 'pg'
import { migratedDatabase } from './postgres.ts'
import { testPool } from './test-pool.ts'

/** A new database with an up-to-date schema `elves`. */
export interface EventingDatabase {
  readonly url: string
  readonly pool: pg.Pool
  /** The test's own store: the same one at each call, so that a test may ask for it while it waits. */
  store(): Promise<EventStore>
  /** Opens one more store, with connections of its own, as a second process has it. `close` closes all of them. */
  anotherStore(): Promise<EventStore>
  close(): Promise<void>
}

/** For `int` tests of code that uses the event store. */
export async function eventingDatabase(): Promise<EventingDatabase> {
  const database = await migratedDatabase()
  const pool = testPool(database.url)
  const stores: EventStore[] = []
  const anotherStore = async () => {
    const store = await postgresEventStore({ connectionString: database.url, logger: silentLogger })
    stores.push(store)
    return store
  }
  let own: Promise<EventStore> | undefined
  return {
    url: database.url,
    pool,
    store() {
      own ??= anotherStore()
      return own
    },
    anotherStore,
    async close() {
      await Promise.all(stores.map((store) => store.close()))
      await pool.end()
      await database.drop()
    },
  }
}
