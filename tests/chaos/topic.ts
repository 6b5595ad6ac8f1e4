import { setTimeout as pause } from 'node:timers/promises'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { postgresEventStore } from '@elves/core/eventing/postgres/postgres-event-store.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { readSettings } from '@elves/core/foundation/read-settings.ts'
import { kafkaConnection } from '@elves/core/kafka/kafka-connection.ts'
import { kafkaSettings } from '@elves/core/kafka/kafka-settings.ts'
import { partitionReader } from '@elves/core/kafka/partition-reader.ts'
import { decodeAs } from '@elves/schemas/codec/codec.ts'

const pageSize = 5_000
const withinMs = 60_000

/**
 * Compares the topic of events with the store: the first occurrences of positions must be exactly the log, in its order. A relay
 * that was killed before it had moved its checkpoint sends records again; they are not above the newest position, and are skipped.
 */
export async function topicProblems(brokers: string, databaseUrl: string): Promise<readonly string[]> {
  const store = await postgresEventStore({ connectionString: databaseUrl, logger: silentLogger })
  try {
    const log = await positionsOf(store)
    const topic = await firstOccurrences(brokers, log.at(-1) ?? '')
    const at = log.findIndex((position, index) => topic[index] !== position)
    if (at >= 0) return [`elves.events departs from the log at event ${at + 1} of ${log.length}: ${topic[at]} instead of ${log[at]}`]
    return []
  } finally {
    await store.close()
  }
}

async function positionsOf(store: Awaited<ReturnType<typeof postgresEventStore>>): Promise<readonly string[]> {
  const positions: string[] = []
  for (;;) {
    const page: readonly RecordedEvent[] = await store.readAll({ from: positions.at(-1) ?? null, direction: 'forwards', limit: pageSize })
    if (page.length === 0) return positions
    for (const { position } of page) positions.push(position)
  }
}

/** Reads up to `last`, including it, or as far as it gets in a minute. */
async function firstOccurrences(brokers: string, last: string): Promise<readonly string[]> {
  const settings = kafkaSettings(readSettings({ ELVES_KAFKA_BROKERS: brokers }))
  if (settings === null) throw new Error('the cluster names no brokers')
  const connection = await kafkaConnection({ settings, clientId: 'chaos', logger: silentLogger })
  const found: string[] = []
  let newest = ''
  const arrived = Promise.withResolvers<void>()
  const reader = partitionReader({
    connection,
    topic: connection.topics.events,
    partitions: [0],
    from: 'beginning',
    logger: silentLogger,
    onRecords(_partition, records) {
      for (const { value } of records) {
        const { position } = decodeAs('EventRecord', value)
        if (position <= newest) continue
        newest = position
        found.push(position)
      }
      if (newest >= last) arrived.resolve()
    },
  })
  const over = new AbortController()
  await Promise.race([arrived.promise, pause(withinMs, undefined, { signal: over.signal }).catch(() => undefined)])
  over.abort()
  await reader.stop()
  return found
}
