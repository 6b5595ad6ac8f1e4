import { randomUUID } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { patchedKafkajs } from '@elves/core/kafka/kafkajs-internals.ts'
import { type Kafka, logLevel, Partitioners } from 'kafkajs'
import { startChild } from '../child.ts'

/** A bare kafkajs client; the patch takes away a timer that kafkajs sets for the past after every answer. */
export function rawKafka(brokers: string): Kafka {
  const { Kafka } = patchedKafkajs()
  return new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING, retry: { initialRetryTime: 100 } })
}

/** Does `count` round trips one after the other and returns the ms of each: produce, consume and produce in another process, consume. */
export async function kafkaRoundTrips(brokers: string, count: number): Promise<number[]> {
  const kafka = rawKafka(brokers)
  const [there, back] = [`bench-there-${randomUUID()}`, `bench-back-${randomUUID()}`]
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ waitForLeaders: true, topics: [there, back].map((topic) => ({ topic, numPartitions: 1 })) })
  const echo = await startChild<string>('baselines/kafka-echo.ts', [brokers, there, back])
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, createPartitioner: Partitioners.DefaultPartitioner })
  const consumer = kafka.consumer({ groupId: back, maxWaitTimeInMs: 250 })
  let arrived: () => void = () => undefined
  try {
    await Promise.all([producer.connect(), consumer.connect()])
    // From the beginning: a group has joined before it has asked where the topic ends, and would miss what is produced between.
    await consumer.subscribe({ topic: back, fromBeginning: true })
    const joined = new Promise<void>((resolve) => consumer.on(consumer.events.GROUP_JOIN, () => resolve()))
    await consumer.run({ autoCommit: false, eachMessage: async () => arrived() })
    await joined
    const value = Buffer.alloc(200, 'x')
    const once = async () => {
      const startedAt = performance.now()
      const back = new Promise<void>((resolve) => {
        arrived = resolve
      })
      await producer.send({ topic: there, messages: [{ value }] })
      await Promise.race([back, echo.ended])
      return performance.now() - startedAt
    }
    for (let warmUp = 0; warmUp < 200; warmUp++) await once()
    const durations: number[] = []
    while (durations.length < count) durations.push(await once())
    return durations
  } finally {
    await Promise.all([consumer.disconnect(), producer.disconnect(), echo.stop()])
    await admin.deleteTopics({ topics: [there, back] })
    await admin.disconnect()
  }
}

/** Returns the records per second that all replicas acknowledge to one bare idempotent producer: batches of 1 000, one in flight. */
export async function producedPerSecond(brokers: string, count: number, valueBytes: number): Promise<number> {
  const kafka = rawKafka(brokers)
  const topic = `bench-produce-${randomUUID()}`
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: 1 }] })
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  const value = Buffer.alloc(valueBytes, 'x')
  const messages = Array.from({ length: 1000 }, (_, index) => ({ key: `task-${index}`, value }))
  try {
    for (let warmUp = 0; warmUp < 5; warmUp++) await producer.send({ topic, messages })
    const startedAt = performance.now()
    for (let produced = 0; produced < count; produced += messages.length) await producer.send({ topic, messages })
    return (Math.ceil(count / messages.length) * messages.length * 1000) / (performance.now() - startedAt)
  } finally {
    await producer.disconnect()
    await admin.deleteTopics({ topics: [topic] })
    await admin.disconnect()
  }
}
