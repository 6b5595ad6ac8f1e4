import { hostname } from 'node:os'
import type { EventStore, ReadAll } from '@elves/core/eventing/event-store.ts'
import { type Position, parsePosition } from '@elves/core/eventing/position.ts'
import { postgresEventStore } from '@elves/core/eventing/postgres/postgres-event-store.ts'
import { asElvesError } from '@elves/core/foundation/errors.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { Settings } from '@elves/core/foundation/settings.ts'
import { type KafkaSettings, kafkaSettings } from '@elves/core/kafka/kafka-settings.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import type { ReadPosition } from '../read-side/read-position.ts'
import { type FollowedLog, logOfStore } from './followed-log.ts'
import { headOfReadModel, logOfReadModel } from './log-of-read-model.ts'

export interface ProcessLogOptions {
  readonly settings: Settings
  readonly readModels: ReadModels
  readonly logger: Logger
}

const pageBytes = 4 * 1024 * 1024

/**
 * Opens the log for a query-service that is a process of its own: over Kafka if brokers are set; else by the event store, if
 * it is in the database of the read models; else by its read model. None of these needs rights to another store.
 */
export async function logOfProcess({ settings, readModels, logger }: ProcessLogOptions, readPosition: ReadPosition): Promise<FollowedLog> {
  const kafka = kafkaSettings(settings)
  if (kafka) return logOfKafka({ kafka, clientId: settings.ELVES_INSTANCE || `query-service-${hostname()}`, readModels, readPosition, logger })
  return (await logOfOwnDatabase(settings.ELVES_DATABASE_URL, readModels, logger)) ?? logOfReadModel(readModels)
}

interface KafkaLogOptions extends Omit<ProcessLogOptions, 'settings'> {
  readonly kafka: KafkaSettings
  readonly clientId: string
  readonly readPosition: ReadPosition
}

/** New events come over Kafka; all others, and those that did not come, from the read model. */
async function logOfKafka({ kafka, clientId, readModels, readPosition, logger }: KafkaLogOptions): Promise<FollowedLog> {
  // Loaded only with Kafka, because its client takes time and memory to load.
  const [{ kafkaConnection }, { kafkaEventStream }] = await Promise.all([
    import('@elves/core/kafka/kafka-connection.ts'),
    import('@elves/core/eventing/kafka/kafka-event-stream.ts'),
  ])
  const head = () => headOfReadModel(readModels)
  const store = { readAll: (asked: ReadAll) => readForwards(readModels, asked), head }
  const stream = kafkaEventStream({ connection: await kafkaConnection({ settings: kafka, clientId, logger }), store, logger })
  let yielded: Position | null = null
  return {
    head,
    async *subscribe(options) {
      for await (const batch of stream.subscribe(options)) {
        if (yielded === null || batch.position > yielded) yielded = batch.position
        yield batch
      }
    },
    async streamEvents(name, page) {
      // What came over Kafka may not be in the read model yet.
      if (yielded !== null) await readPosition.reached(yielded, ['event-log'])
      return readModels.streamEvents(name, page)
    },
    close: () => stream.close(),
  }
}

/** Throws EVENT_UNREADABLE if the first event can't be read. */
async function readForwards(readModels: ReadModels, { from, limit }: ReadAll): ReturnType<EventStore['readAll']> {
  const after = from ?? `${(await headOfReadModel(readModels)).slice(0, 9)}${'0'.repeat(16)}`
  const { entries } = await readModels.eventsAfter(after, { events: limit, bytes: pageBytes })
  const events = []
  for (const entry of entries) {
    if ('unreadable' in entry) {
      if (events.length === 0) throw entry.unreadable
      break
    }
    events.push(entry)
  }
  return events
}

/** Returns null if the events are in another store: then this database has a log of another id, or none. */
async function logOfOwnDatabase(connectionString: string, readModels: ReadModels, logger: Logger): Promise<FollowedLog | null> {
  const store = await postgresEventStore({ connectionString, logger, poolSize: 2 }).catch((error: unknown) => {
    if (asElvesError(error).canRetry) throw error
    logger.info({ err: error }, 'this database has no events that query-service may read; subscriptions follow the read model')
    return null
  })
  if (!store) return null
  try {
    const [own, read] = await Promise.all([store.head(), headOfReadModel(readModels)])
    if (parsePosition(own).logId === parsePosition(read).logId) return { ...logOfStore(store), close: () => store.close() }
  } catch (error) {
    await store.close()
    throw error
  }
  await store.close()
  return null
}
