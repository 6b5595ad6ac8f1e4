import { randomUUID } from 'node:crypto'
import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { eventStoreDbEventStore } from '@elves/core/eventing/eventstoredb/eventstoredb-event-store.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { describe, vi } from 'vitest'
import { EventStoreNode } from '../eventstoredb/event-store-node.ts'
import { NodeLog } from '../eventstoredb/node-log.ts'
import { eventStoreContract, type StoreUnderTest } from './event-store.contract.ts'

// Server and client share a process, and each event is a separate message, so a busy machine needs much time.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

/** A log of its own (a new category) on any server, whatever else is stored there. */
async function categoryOn(connectionString: string): Promise<StoreUnderTest> {
  const category = `elves-test-${randomUUID()}`
  const stores: EventStore[] = []
  const another = async () => {
    const store = await eventStoreDbEventStore({ connectionString, logger: silentLogger, category })
    stores.push(store)
    return store
  }
  return {
    store: await another(),
    another,
    async close() {
      await Promise.all(stores.map((store) => store.close()))
    },
  }
}

eventStoreContract('EventStoreDB, a double of it', async () => {
  const node = await EventStoreNode.start({ log: new NodeLog() })
  const made = await categoryOn(`esdb://127.0.0.1:${node.port}?tls=false`)
  return {
    ...made,
    async close() {
      await made.close()
      node.kill()
    },
  }
})

const { ELVES_TEST_EVENTSTOREDB: given } = process.env
describe.skipIf(!given)('a server of EventStoreDB, where ELVES_TEST_EVENTSTOREDB names one', () => {
  eventStoreContract('EventStoreDB', () => categoryOn(given ?? ''))
})
