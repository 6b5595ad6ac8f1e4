import { describeOwnKafka, freePort, type OwnKafka, ownKafka } from '@elves/tests/support/kafka.ts'
import { type KafkaProxy, kafkaProxy } from '@elves/tests/support/kafka-proxy.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { Kafka, logLevel, Partitioners } from 'kafkajs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLogger } from '../foundation/log.ts'
import type { KafkaConnection } from './kafka-connection.ts'
import { lastingProducer } from './lasting-producer.ts'
import { partitionReader } from './partition-reader.ts'
import { ensureTopics } from './topics.ts'

const logger = silentLogger

describeOwnKafka('a produce request whose answer is lost', () => {
  let kafka: OwnKafka
  let proxy: KafkaProxy
  let behindProxy: string

  beforeAll(async () => {
    const port = await freePort()
    proxy = await kafkaProxy(() => port)
    behindProxy = `127.0.0.1:${proxy.port}`
    const listener = { name: 'PROXIED', port, advertisedPort: proxy.port, protocol: 'PLAINTEXT', properties: {} } as const
    kafka = await ownKafka({ extraListeners: [listener] })
  })
  afterAll(async () => {
    await proxy?.stop()
    await kafka?.remove()
  })

  test("makes kafkajs' own idempotent producer lose a later record, which it calls acknowledged", async () => {
    const connection = await prepared()
    const topic = connection.topics.events
    const client = new Kafka({ brokers: [behindProxy], logLevel: logLevel.NOTHING, retry: { retries: 1 } })
    const producer = client.producer({ idempotent: true, createPartitioner: Partitioners.DefaultPartitioner })
    await producer.connect()
    await producer.send({ topic, messages: [{ key: 'one', value: 'first' }] })
    const losing = proxy.loseProduceAnswers()
    await expect(producer.send({ topic, messages: [{ key: 'one', value: 'unanswered' }] })).rejects.toThrow()
    losing.end()
    expect(losing.lost()).toBeGreaterThan(0)
    const acknowledged = async () => producer.send({ topic, messages: [{ key: 'one', value: 'acknowledged' }] })
    // The first try may only show that the connection is gone.
    await waitFor(async () => (await acknowledged().catch(() => null)) !== null)
    await producer.disconnect()
    expect(await contentOf(connection)).toEqual(['first', 'unanswered'])
  })

  test('makes our lasting producer neither lose nor repeat nor reorder a record', async () => {
    const connection = await prepared()
    const topic = connection.topics.events
    const producer = lastingProducer({ connection: await proxied(connection), logger })
    const send = (value: string) => producer.send([{ topic, key: 'one', value: Buffer.from(value) }])
    await send('first')
    const losing = proxy.loseProduceAnswers(3)
    await Promise.all([send('unanswered'), send('gathered'), send('gathered too')])
    expect(losing.lost()).toBe(3)
    await send('last')
    await producer.stop()
    expect(await contentOf(connection)).toEqual(['first', 'unanswered', 'gathered', 'gathered too', 'last'])
  })

  test('costs our lasting producer no record, also where the answer to its very first one is lost', async () => {
    const connection = await prepared()
    const losing = proxy.loseProduceAnswers(1)
    const producer = lastingProducer({ connection: await proxied(connection), logger })
    await producer.send([{ topic: connection.topics.events, key: 'one', value: Buffer.from('first') }])
    expect(losing.lost()).toBe(1)
    await producer.stop()
    expect(await contentOf(connection)).toEqual(['first'])
  })

  async function prepared(): Promise<KafkaConnection> {
    const connection = await kafka.connection()
    await ensureTopics(connection)
    return connection
  }

  function proxied(connection: KafkaConnection): Promise<KafkaConnection> {
    return kafka.connection({ ...connection.settings, brokers: [behindProxy] })
  }

  /** Returns everything that the events topic holds now. */
  async function contentOf(connection: KafkaConnection): Promise<string[]> {
    const link = connection.dial()
    const end = (await link.offsetsOf(connection.topics.events, [0])).get(0)?.end ?? 0n
    link.close()
    const got: string[] = []
    const reader = partitionReader({
      connection,
      topic: connection.topics.events,
      partitions: [0],
      from: 'beginning',
      onRecords: (_partition, records) => void got.push(...records.map(({ value }) => value.toString())),
      logger,
    })
    await waitFor(() => reader.offsetOf(0) >= end && BigInt(got.length) >= end)
    await reader.stop()
    return got
  }
})
