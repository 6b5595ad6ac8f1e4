import { describeKafka, type TestKafka, testKafka } from '@elves/tests/support/kafka.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { silentLogger } from '../foundation/log.ts'
import { agentPartition } from './agent-partition.ts'
import type { KafkaConnection } from './kafka-connection.ts'
import { type LastingProducer, lastingProducer, type OutgoingRecord } from './lasting-producer.ts'
import { type IncomingRecord, type PartitionReader, type PartitionReaderOptions, partitionReader } from './partition-reader.ts'
import { sharedConsumer } from './shared-consumer.ts'
import { ensureTopics } from './topics.ts'

const logger = silentLogger

describeKafka('the Kafka transport', () => {
  let kafka: TestKafka
  const stops: (() => Promise<void>)[] = []
  beforeAll(async () => {
    kafka = await testKafka()
  })
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop()
  })

  async function prepared(settings: Parameters<TestKafka['connection']>[0] = {}): Promise<KafkaConnection> {
    const connection = await kafka.connection(settings)
    await ensureTopics(connection)
    return connection
  }

  function producing(connection: KafkaConnection): LastingProducer {
    const producer = lastingProducer({ connection, logger })
    stops.push(() => producer.stop())
    return producer
  }

  function reading(connection: KafkaConnection, options: Partial<PartitionReaderOptions> = {}): { reader: PartitionReader; got: IncomingRecord[] } {
    const got: IncomingRecord[] = []
    const reader = partitionReader({
      connection,
      topic: connection.topics.instructions,
      partitions: 'all',
      from: 'beginning',
      onRecords: (_partition, records) => void got.push(...records),
      logger,
      ...options,
    })
    stops.push(() => reader.stop())
    return { reader, got }
  }

  test('carries records with their key, headers and bytes, to the partition of their key', async () => {
    const connection = await prepared()
    const { reader, got } = reading(connection)
    const value = Buffer.from([0xc3, 0x01, 0x00, 0xff])
    await producing(connection).send([{ topic: connection.topics.instructions, key: 'agent-1', value, headers: { session: 'ä-1' } }])
    const record = await waitFor(() => got[0])
    expect(record).toMatchObject({ key: 'agent-1', headers: { session: 'ä-1' }, offset: 0n, partition: agentPartition('agent-1', 4) })
    expect(record.value).toEqual(value)
    expect(reader.isReading()).toBe(true)
    expect(reader.offsetOf(record.partition)).toBe(1n)
  })

  test('reads from the end on: all that is produced after `ready`, and nothing from before', async () => {
    const connection = await prepared()
    const producer = producing(connection)
    await producer.send(records(connection.topics.events, 3, 'before'))
    const { reader, got } = reading(connection, { topic: connection.topics.events, from: 'end' })
    await reader.ready
    await producer.send(records(connection.topics.events, 3, 'after'))
    await waitFor(() => got.length >= 3)
    expect(textsOf(got)).toEqual(['after-0', 'after-1', 'after-2'])
  })

  test('goes on at the offsets that its caller kept', async () => {
    const connection = await prepared()
    await producing(connection).send(records(connection.topics.events, 5, 'event'))
    const { got } = reading(connection, { topic: connection.topics.events, from: () => 3n })
    await waitFor(() => got.length >= 2)
    expect(textsOf(got)).toEqual(['event-3', 'event-4'])
  })

  test('hands records over again where they could not be handled, before any later one', async () => {
    const connection = await prepared()
    let refusals = 2
    const got: string[] = []
    reading(connection, {
      topic: connection.topics.events,
      onRecords: (_partition, given) => {
        if (refusals-- > 0) throw new Error('not now')
        got.push(...textsOf(given))
      },
    })
    const producer = producing(connection)
    await producer.send(records(connection.topics.events, 2, 'first'))
    await producer.send(records(connection.topics.events, 2, 'second'))
    await waitFor(() => got.length >= 4)
    expect(got).toEqual(['first-0', 'first-1', 'second-0', 'second-1'])
  })

  test('says that an offset is beyond the end of a topic that was made anew, and reads what it has', async () => {
    const connection = await prepared()
    await producing(connection).send(records(connection.topics.events, 2, 'event'))
    const skips: bigint[][] = []
    const onSkipped = (_partition: number, from: bigint, to: bigint) => void skips.push([from, to])
    const { got } = reading(connection, { topic: connection.topics.events, from: () => 1_000n, onSkipped })
    await waitFor(() => got.length >= 2)
    expect(skips).toEqual([[1_000n, 0n]])
    expect(textsOf(got)).toEqual(['event-0', 'event-1'])
  })

  test('says that the records at an offset are gone, and reads the first that is there', async () => {
    const connection = await prepared()
    await producing(connection).send(records(connection.topics.events, 5, 'event'))
    const admin = connection.client.admin()
    await admin.connect()
    // kafkajs must know the topic first.
    await admin.fetchTopicOffsets(connection.topics.events)
    await admin.deleteTopicRecords({ topic: connection.topics.events, partitions: [{ partition: 0, offset: '3' }] })
    await admin.disconnect()
    const skips: bigint[][] = []
    const onSkipped = (_partition: number, from: bigint, to: bigint) => void skips.push([from, to])
    const { got } = reading(connection, { topic: connection.topics.events, from: () => 1n, onSkipped })
    await waitFor(() => got.length >= 2)
    expect(skips).toEqual([[1n, 3n]])
    expect(textsOf(got)).toEqual(['event-3', 'event-4'])
  })

  test.each(['none', 'gzip'] as const)('keeps the order of many sends at once, compression %s', async (compression) => {
    const connection = await prepared({ compression })
    const { got } = reading(connection, { topic: connection.topics.events })
    const producer = producing(connection)
    const sends = Array.from({ length: 3_000 }, (_, index) => producer.send(records(connection.topics.events, 1, `send-${index}`)))
    expect(producer.waitingBytes).toBeGreaterThan(0)
    await Promise.all(sends)
    expect(producer.waitingBytes).toBe(0)
    await waitFor(() => got.length >= 3_000)
    expect(textsOf(got)).toEqual(Array.from({ length: 3_000 }, (_, index) => `send-${index}-0`))
  })

  test('carries more in one call than fits into one batch', async () => {
    const connection = await prepared()
    const { got } = reading(connection)
    const value = Buffer.alloc(200 * 1024, 7)
    const many = Array.from({ length: 40 }, (_, index) => ({ topic: connection.topics.instructions, key: `agent-${index}`, value }))
    await producing(connection).send(many)
    await waitFor(() => got.length >= 40)
    expect(new Set(got.map(({ key }) => key)).size).toBe(40)
  })

  test('refuses a record that is too large for the brokers, and carries what comes after it', async () => {
    const connection = await prepared()
    const { got } = reading(connection, { topic: connection.topics.events })
    const producer = producing(connection)
    const tooLarge = { topic: connection.topics.events, key: 'large', value: Buffer.alloc(5 * 1024 * 1024) }
    const sends = [producer.send(records(connection.topics.events, 1, 'before')), producer.send([tooLarge])]
    const refused = expect(sends[1]).rejects.toMatchObject({ code: 'KAFKA_REFUSED' })
    await producer.send(records(connection.topics.events, 1, 'after'))
    await refused
    await waitFor(() => got.length >= 2)
    expect(textsOf(got)).toEqual(['before-0', 'after-0'])
  })

  test('refuses records for a topic that is not there, and lets no other topic wait for it', async () => {
    const connection = await prepared()
    const producer = producing(connection)
    const refused = expect(producer.send(records(`${connection.settings.topicPrefix}.other`, 1, 'lost'))).rejects.toMatchObject({
      code: 'KAFKA_REFUSED',
    })
    await producer.send(records(connection.topics.events, 1, 'kept'))
    await refused
  })

  test('shares a topic among the members of a group, and goes on where a member left', async () => {
    const connection = await prepared()
    const topic = connection.topics.reports
    const got: string[] = []
    const member = () =>
      sharedConsumer({
        connection,
        topic,
        groupId: connection.settings.topicPrefix,
        handle: async (_partition, given) => void got.push(...textsOf(given)),
        logger,
      })
    const producer = producing(connection)
    await producer.send(keyed(topic, 20, 'early'))
    const first = member()
    stops.push(() => first.stop())
    // Each record comes at least once: a member that joins before the others' commits gets the last ones again.
    const different = () => new Set(got).size
    await waitFor(() => different() === 20)
    const second = member()
    stops.push(() => second.stop())
    await waitFor(() => second.isReady())
    await first.stop()
    await producer.send(keyed(topic, 20, 'late'))
    await waitFor(() => different() === 40)
    expect([...new Set(got)].sort()).toEqual([...keyed(topic, 20, 'early'), ...keyed(topic, 20, 'late')].map(({ value }) => String(value)).sort())
  })

  test('hands a batch to a member again where it could not be handled', async () => {
    const connection = await prepared()
    const got: string[] = []
    let refusals = 2
    const consumer = sharedConsumer({
      connection,
      topic: connection.topics.reports,
      groupId: connection.settings.topicPrefix,
      handle: async (_partition, given) => {
        if (refusals-- > 0) throw new Error('not now')
        got.push(...textsOf(given))
      },
      logger,
    })
    stops.push(() => consumer.stop())
    await producing(connection).send(records(connection.topics.reports, 3, 'report'))
    await waitFor(() => got.length >= 3)
    expect(got).toEqual(['report-0', 'report-1', 'report-2'])
  })

  test('rejects at the stop what the brokers never had', async () => {
    const connection = await kafka.connection({ brokers: ['127.0.0.1:1'] })
    const producer = lastingProducer({ connection, logger })
    const sending = expect(producer.send(records('any', 1, 'never'))).rejects.toMatchObject({ code: 'SHUTTING_DOWN' })
    expect(producer.isConnected).toBe(false)
    await producer.stop()
    await sending
    await expect(producer.send([])).rejects.toMatchObject({ code: 'SHUTTING_DOWN' })
  })

  test('stops a reader and a member that never found a broker', async () => {
    const connection = await kafka.connection({ brokers: ['127.0.0.1:1'] })
    const { reader } = reading(connection)
    const consumer = sharedConsumer({ connection, topic: 'any', groupId: 'any', handle: async () => undefined, logger })
    await Promise.all([reader.stop(), consumer.stop()])
    await expect(reader.ready).rejects.toMatchObject({ code: 'SHUTTING_DOWN' })
    expect([reader.isReading(), consumer.isReady()]).toEqual([false, false])
  })
})

/** All records have one key, so they are in one partition. */
function records(topic: string, count: number, name: string): OutgoingRecord[] {
  return Array.from({ length: count }, (_, index) => ({ topic, key: 'one', value: Buffer.from(`${name}-${index}`) }))
}

function keyed(topic: string, count: number, name: string): OutgoingRecord[] {
  return Array.from({ length: count }, (_, index) => ({ topic, key: `key-${index}`, value: Buffer.from(`${name}-${index}`) }))
}

function textsOf(given: readonly IncomingRecord[]): string[] {
  return given.map(({ value }) => value.toString())
}
