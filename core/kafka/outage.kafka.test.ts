import { describeOwnKafka, type OwnKafka, ownKafka } from '@elves/tests/support/kafka.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLogger } from '../foundation/log.ts'
import type { KafkaConnection } from './kafka-connection.ts'
import { type LastingProducer, lastingProducer } from './lasting-producer.ts'
import { partitionReader } from './partition-reader.ts'
import { sharedConsumer } from './shared-consumer.ts'
import { ensureTopics } from './topics.ts'

const logger = silentLogger
const patience = { timeoutMs: 90_000 }

describeOwnKafka('a broker that is killed and started again', () => {
  let kafka: OwnKafka
  beforeAll(async () => {
    kafka = await ownKafka()
  })
  afterAll(async () => {
    await kafka?.remove()
  })

  test('costs no record, repeats and reorders none for a partition reader, and leaves nobody stuck', { timeout: 300_000 }, async () => {
    const connection = await kafka.connection({ agentPartitions: 2 })
    await ensureTopics(connection)
    const read = new Map<number, string[]>()
    const reader = partitionReader({
      connection,
      topic: connection.topics.reports,
      partitions: 'all',
      from: 'end',
      onRecords: (partition, records) => void read.set(partition, [...(read.get(partition) ?? []), ...records.map(({ value }) => value.toString())]),
      logger,
    })
    await reader.ready
    const shared = new Set<string>()
    const consumer = sharedConsumer({
      connection,
      topic: connection.topics.reports,
      groupId: connection.settings.topicPrefix,
      handle: async (_partition, records) => {
        for (const { value } of records) shared.add(value.toString())
      },
      logger,
    })
    await waitFor(() => consumer.isReady(), patience)
    const producer = lastingProducer({ connection, logger })
    const load = flowing(producer, connection)

    for (let kill = 1; kill <= 2; kill++) {
      await waitFor(() => load.acknowledged() > kill * 200, patience)
      await kafka.kill()
      await waitFor(() => producer.waitingBytes > 0 && !reader.isReading(), patience)
      await kafka.start()
    }
    const afterLast = load.acknowledged()
    await waitFor(() => load.acknowledged() > afterLast + 200, patience)
    const sent = await load.end()

    const all = () => [...read.values()].flat()
    await waitFor(() => all().length >= sent && shared.size >= sent, patience)
    await waitFor(() => reader.isReading() && consumer.isReady() && producer.isConnected, patience)
    await Promise.all([reader.stop(), consumer.stop(), producer.stop()])
    const wanted = Array.from({ length: sent }, (_, index) => String(index))
    expect(all().toSorted((a, b) => Number(a) - Number(b))).toEqual(wanted)
    for (const ofPartition of read.values()) expect(ofPartition).toEqual(ofPartition.toSorted((a, b) => Number(a) - Number(b)))
    expect([...shared].toSorted((a, b) => Number(a) - Number(b))).toEqual(wanted)
  })

  test('while it is away: a stop does not wait for it', { timeout: 180_000 }, async () => {
    const connection = await kafka.connection()
    await ensureTopics(connection)
    const producer = lastingProducer({ connection, logger })
    const reader = partitionReader({
      connection,
      topic: connection.topics.events,
      partitions: 'all',
      from: 'end',
      onRecords: () => undefined,
      logger,
    })
    const consumer = sharedConsumer({
      connection,
      topic: connection.topics.reports,
      groupId: connection.settings.topicPrefix,
      handle: async () => undefined,
      logger,
    })
    await waitFor(() => reader.isReading() && consumer.isReady() && producer.isConnected, patience)
    await kafka.kill()
    await waitFor(() => !reader.isReading() && !producer.isConnected)
    const sending = expect(producer.send([{ topic: connection.topics.events, key: '', value: Buffer.from('x') }])).rejects.toMatchObject({
      code: 'SHUTTING_DOWN',
    })
    await Promise.all([reader.stop(), consumer.stop(), producer.stop()])
    await sending
    await expect(ensureTopics(connection, { patienceMs: 500 })).rejects.toMatchObject({ code: 'KAFKA_UNAVAILABLE' })
    await kafka.start()
  })
})

/** Sends numbered records, 20 sends at once, until the end; returns how many there were. */
function flowing(producer: LastingProducer, connection: KafkaConnection): { acknowledged: () => number; end: () => Promise<number> } {
  let next = 0
  let acknowledged = 0
  let isEnding = false
  const line = async (key: string) => {
    while (!isEnding) {
      await producer.send([{ topic: connection.topics.reports, key, value: Buffer.from(String(next++)) }])
      acknowledged++
    }
  }
  const lines = Array.from({ length: 20 }, (_, index) => line(`agent-${index}`))
  const end = async () => {
    isEnding = true
    await Promise.all(lines)
    return next
  }
  return { acknowledged: () => acknowledged, end }
}
