import { until } from '@elves/core/foundation/waiting.ts'
import { patchedKafkajs } from '@elves/core/kafka/kafkajs-internals.ts'
import { type Kafka, logLevel, Partitioners } from 'kafkajs'
import type { ProbeAnswer } from '../probe.ts'

const topic = '__elves-warm-up'

/**
 * Does one idempotent send and one join of a group. The broker loads what each needs at the first one, and the first users
 * would wait for that. Returns false if the broker ended before it served.
 */
export async function warmUp(brokers: string, isEnded: () => boolean): Promise<boolean> {
  const { Kafka } = patchedKafkajs()
  const client = new Kafka({ brokers: [brokers], clientId: 'elves-warm-up', logLevel: logLevel.NOTHING, retry: { retries: 0 } })
  const served = await until(async () => isEnded() || (await tried(client)), 60_000)
  return served && !isEnded()
}

/** Asks the broker about its cluster; tells whether it answers in time. */
export async function brokerAnswer(brokers: string, timeoutMs = 10_000): Promise<ProbeAnswer> {
  const { Kafka } = patchedKafkajs()
  const times = { connectionTimeout: timeoutMs, requestTimeout: timeoutMs, enforceRequestTimeout: true }
  const client = new Kafka({ brokers: [brokers], clientId: 'elves-probe', logLevel: logLevel.NOTHING, retry: { retries: 0 }, ...times })
  const admin = client.admin()
  try {
    await admin.connect()
    await admin.describeCluster()
    return 'well'
  } catch {
    return 'silent'
  } finally {
    await admin.disconnect().catch(() => undefined)
  }
}

async function tried(client: Kafka): Promise<boolean> {
  const admin = client.admin()
  try {
    await admin.connect()
    await admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries: [{ name: 'retention.ms', value: '1000' }] }] })
    await Promise.all([produceOne(client), joinOnce(client)])
    return true
  } catch {
    return false
  } finally {
    await admin.disconnect().catch(() => undefined)
  }
}

async function produceOne(client: Kafka): Promise<void> {
  const producer = client.producer({ idempotent: true, createPartitioner: Partitioners.DefaultPartitioner, retry: { retries: 5 } })
  try {
    await producer.connect()
    await producer.send({ topic, messages: [{ value: 'warm' }] })
  } finally {
    await producer.disconnect().catch(() => undefined)
  }
}

async function joinOnce(client: Kafka): Promise<void> {
  const consumer = client.consumer({ groupId: topic, maxWaitTimeInMs: 100, retry: { retries: 5, initialRetryTime: 100 } })
  try {
    await consumer.connect()
    await consumer.subscribe({ topic })
    const joined = new Promise<void>((resolve, reject) => {
      consumer.on(consumer.events.GROUP_JOIN, () => resolve())
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error))
    })
    await consumer.run({ eachMessage: async () => undefined })
    await joined
  } finally {
    await consumer.disconnect().catch(() => undefined)
  }
}
