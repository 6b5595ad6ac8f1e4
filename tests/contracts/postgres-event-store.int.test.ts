import { eventingDatabase } from '../support/eventing-database.ts'
import { eventStoreContract } from './event-store.contract.ts'

eventStoreContract('Postgres', async () => {
  const database = await eventingDatabase()
  return { store: await database.store(), another: () => database.anotherStore(), close: () => database.close() }
})
