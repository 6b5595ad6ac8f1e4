import type { EventStore } from './event-store.ts'

/**
 * Source of events for readers that follow the log: the store's own subscription, or the stream on Kafka. Both pass
 * tests/contracts/event-feed.contract.ts, so a reader can not tell which of them it has.
 */
export type EventFeed = Pick<EventStore, 'subscribe' | 'head'>
