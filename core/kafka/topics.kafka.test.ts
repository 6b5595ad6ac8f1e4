import { describeKafka, type TestKafka, testKafka } from '@elves/tests/support/kafka.ts'
import { beforeAll, expect, test } from 'vitest'
import type { KafkaConnection } from './kafka-connection.ts'
import { ensureTopics } from './topics.ts'

describeKafka('the topics', () => {
  let kafka: TestKafka
  beforeAll(async () => {
    kafka = await testKafka()
  })

  async function withAdmin<T>(connection: KafkaConnection, work: (admin: ReturnType<KafkaConnection['client']['admin']>) => Promise<T>): Promise<T> {
    const admin = connection.client.admin()
    await admin.connect()
    try {
      return await work(admin)
    } finally {
      await admin.disconnect()
    }
  }

  test('are made by many at once, with their partitions', async () => {
    const connection = await kafka.connection({ agentPartitions: 6 })
    await Promise.all(Array.from({ length: 4 }, () => ensureTopics(connection)))
    const { events, instructions, reports } = connection.topics
    const { topics } = await withAdmin(connection, (admin) => admin.fetchTopicMetadata({ topics: [events, instructions, reports] }))
    expect(Object.fromEntries(topics.map(({ name, partitions }) => [name, partitions.length]))).toEqual({
      [events]: 1,
      [instructions]: 6,
      [reports]: 6,
    })
  })

  test.each([
    ['another number of partitions', 5, {}],
    ['a shorter retention', 4, { 'retention.ms': '60000' }],
    ['compaction', 4, { 'cleanup.policy': 'compact' }],
  ])('do not fit with %s', async (_what, numPartitions, config) => {
    const connection = await kafka.connection({ agentPartitions: 4 })
    const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }))
    await withAdmin(connection, (admin) => admin.createTopics({ topics: [{ topic: connection.topics.reports, numPartitions, configEntries }] }))
    await expect(ensureTopics(connection)).rejects.toMatchObject({ code: 'TOPIC_MISFIT', facts: { topic: connection.topics.reports } })
  })

  test('do not fit where events would not be kept for ever', async () => {
    const connection = await kafka.connection()
    const configEntries = [{ name: 'retention.ms', value: '604800000' }]
    await withAdmin(connection, (admin) => admin.createTopics({ topics: [{ topic: connection.topics.events, numPartitions: 1, configEntries }] }))
    await expect(ensureTopics(connection)).rejects.toMatchObject({ code: 'TOPIC_MISFIT', facts: { topic: connection.topics.events } })
  })

  test('fit where reports are kept longer than they must', async () => {
    const connection = await kafka.connection()
    const configEntries = [{ name: 'retention.ms', value: '-1' }]
    await withAdmin(connection, (admin) => admin.createTopics({ topics: [{ topic: connection.topics.reports, numPartitions: 4, configEntries }] }))
    await ensureTopics(connection)
  })

  test('can not be made with more replicas than there are brokers, and that is said', async () => {
    const connection = await kafka.connection({ replication: 32 })
    await expect(ensureTopics(connection, { patienceMs: 500 })).rejects.toMatchObject({ code: 'KAFKA_REFUSED' })
  })
})
