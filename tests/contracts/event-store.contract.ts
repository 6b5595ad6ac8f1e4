import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { afterAll, beforeAll, describe } from 'vitest'
import { eventFeedContract, type FeedUnderTest } from './event-feed.contract.ts'
import { appendContract } from './event-store-append.contract.ts'
import { modelContract } from './event-store-model.contract.ts'
import { readContract } from './event-store-read.contract.ts'

/** An adapter on an empty log. */
export interface StoreUnderTest {
  readonly store: EventStore
  /** Opens another instance on the same log; a store that lives in one process returns itself. */
  another(): Promise<EventStore>
  /** Closes all instances and removes the log. */
  close(): Promise<void>
}

/** What every adapter of the port `EventStore` promises. */
export function eventStoreContract(name: string, makeStore: () => Promise<StoreUnderTest>): void {
  describe(`event store: ${name}`, () => {
    let made: StoreUnderTest
    beforeAll(async () => {
      made = await makeStore()
    })
    afterAll(() => made.close())
    const store = () => made.store
    appendContract(store)
    readContract(store, makeStore)
    eventFeedContract('its own subscription', async () => fedByItself(await makeStore()))
    modelContract(makeStore)
  })
}

function fedByItself(made: StoreUnderTest): FeedUnderTest {
  return {
    store: made.store,
    feed: made.store,
    async another() {
      const store = await made.another()
      return { store, feed: store }
    },
    close: () => made.close(),
  }
}
