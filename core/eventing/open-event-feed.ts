import type { Logger } from '../foundation/log.ts'
import type { Settings } from '../foundation/settings.ts'
import { kafkaSettings } from '../kafka/kafka-settings.ts'
import type { EventFeed } from './event-feed.ts'
import type { EventStore } from './event-store.ts'
import type { Position } from './position.ts'

export interface OpenEventFeed {
  readonly settings: Settings
  readonly store: EventStore
  /** Names this process to the brokers. */
  readonly clientId: string
  readonly logger: Logger
}

export interface OpenedEventFeed extends EventFeed {
  /** Somebody waits for this position: the feed brings the events up to it at once, by whatever way. */
  hasten(position: Position): void
  /** The store stays open. */
  close(): Promise<void>
}

/** Opens the feed for a process that follows the log: Kafka if brokers are set, otherwise the store itself. */
export async function openEventFeed({ settings, store, clientId, logger }: OpenEventFeed): Promise<OpenedEventFeed> {
  const kafka = kafkaSettings(settings)
  if (!kafka) {
    // The store's own subscription never waits.
    return { subscribe: (options) => store.subscribe(options), head: () => store.head(), hasten: () => undefined, close: async () => undefined }
  }
  // Loaded only with Kafka, because its client takes time and memory to load.
  const [{ kafkaConnection }, { kafkaEventStream }] = await Promise.all([
    import('../kafka/kafka-connection.ts'),
    import('./kafka/kafka-event-stream.ts'),
  ])
  return kafkaEventStream({ connection: await kafkaConnection({ settings: kafka, clientId, logger }), store, logger })
}
