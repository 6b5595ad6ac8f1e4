import { migrateEventing } from '@elves/core/eventing/postgres/eventing-schema.ts'
import { postgresEventStore } from '@elves/core/eventing/postgres/postgres-event-store.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import pg from 'pg'
import { testDatabase } from '../support/postgres.ts'
import { eventStoreContract } from './event-store.contract.ts'

eventStoreContract('Postgres', async () => {
  const database = await testDatabase()
  const pool = new pg.Pool({ connectionString: database.url })
  await migrateEventing(pool)
  await pool.end()
  const open = () => postgresEventStore({ connectionString: database.url, logger: silentLogger })
  const store = await open()
  const others: (typeof store)[] = []
  return {
    store,
    async another() {
      const other = await open()
      others.push(other)
      return other
    },
    async close() {
      await Promise.all([store, ...others].map((one) => one.close()))
      await database.drop()
    },
  }
})
