import { memoryEventStore } from '@elves/core/eventing/memory/memory-event-store.ts'
import { eventStoreContract } from './event-store.contract.ts'

eventStoreContract('memory', async () => {
  const store = memoryEventStore()
  return { store, another: async () => store, close: () => store.close() }
})
