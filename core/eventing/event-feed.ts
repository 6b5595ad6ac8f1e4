import type { EventStore } from './event-store.ts'

/**
 * Where events come from, for whoever follows the log: the store's own subscription, or the stream on Kafka. Both pass
 * tests/contracts/event-feed.contract.ts, so that nobody can tell which feeds him.
 */
export type EventFeed = Pick<EventStore, 'subscribe' | 'head'>
