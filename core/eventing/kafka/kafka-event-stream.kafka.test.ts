import { recordedOf, sampleAppend, sampleStream } from '@elves/tests/contracts/sample-events.ts'
import { type EventingDatabase, eventingDatabase } from '@elves/tests/support/eventing-database.ts'
import { describeKafka, testKafka } from '@elves/tests/support/kafka.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Stack } from '../../foundation/lifecycle.ts'
import { silentLogger } from '../../foundation/log.ts'
import type { KafkaConnection } from '../../kafka/kafka-connection.ts'
import { lastingProducer } from '../../kafka/lasting-producer.ts'
import { ensureTopics } from '../../kafka/topics.ts'
import type { EventBatch, EventStore, RecordedEvent } from '../event-store.ts'
import { encodeEventRecord } from './event-record.ts'
import { type KafkaEventStream, type KafkaEventStreamOptions, kafkaEventStream } from './kafka-event-stream.ts'
import { relay } from './relay.ts'

let stack: Stack
let database: EventingDatabase
let store: EventStore
let connection: KafkaConnection
beforeEach(async () => {
  stack = new Stack(silentLogger)
  database = await eventingDatabase()
  stack.defer('database', () => database.close())
  store = await database.store()
  connection = await (await testKafka()).connection()
})
afterEach(() => stack.stop())

function streamOf(readFrom: KafkaEventStreamOptions['store'], change: Partial<KafkaEventStreamOptions> = {}): KafkaEventStream {
  const stream = kafkaEventStream({ connection, store: readFrom, logger: silentLogger, ...change })
  stack.defer('stream', () => stream.close())
  return stream
}

/** Subscribes from the beginning, and notes what it has seen. */
function follow(stream: KafkaEventStream) {
  const abort = new AbortController()
  stack.defer('follower', () => abort.abort())
  const batches = stream.subscribe({ after: null, signal: abort.signal })[Symbol.asyncIterator]()
  const seen: RecordedEvent[] = []
  return {
    seen,
    async next(): Promise<EventBatch> {
      const { value } = await batches.next()
      seen.push(...value.events)
      return value
    },
    /** Pulls until it has that many events. */
    async until(count: number): Promise<readonly RecordedEvent[]> {
      while (seen.length < count) await this.next()
      return seen
    },
  }
}

async function write(count = 1): Promise<readonly RecordedEvent[]> {
  return recordedOf((await store.append([sampleAppend(sampleStream(), -1, count)]))[0])
}

async function startRelay(): Promise<void> {
  stack.use('relay', relay({ connection, store, pool: database.pool, owner: 'test', logger: silentLogger }))
}

describeKafka('the event stream on Kafka', () => {
  it('brings what somebody waits for at once from the store, before it comes over Kafka', async () => {
    // The regular look at the store's head never comes.
    vi.useFakeTimers({ toFake: ['setInterval'] })
    stack.defer('timers', async () => void vi.useRealTimers())
    await ensureTopics(connection)
    let heads = 0
    const head = () => {
      heads += 1
      return store.head()
    }
    const stream = streamOf({ head, readAll: (range) => store.readAll(range) })
    const follower = follow(stream)
    await follower.next()
    // One at the subscription, one when the reader of the topic is ready.
    await waitFor(() => heads >= 2)
    const [event] = await write()
    stream.hasten(event?.position ?? '')
    expect(await follower.until(1)).toEqual([event])
  })

  it('has what is live from Kafka alone: the store is asked only for what was before', async () => {
    await ensureTopics(connection)
    const start = await store.head()
    const stream = streamOf({ head: async () => start, readAll: () => Promise.reject(new Error('the store is not to be read')) })
    const follower = follow(stream)
    expect(await follower.next()).toEqual({ events: [], position: start, isCaughtUp: true })
    // Sent again and again until the reader, which starts at the end of the topic, gets one.
    const producer = stack.use('producer', lastingProducer({ connection, logger: silentLogger }))
    const [event] = (await write()) as [RecordedEvent]
    const record = { topic: connection.topics.events, key: event.stream, value: encodeEventRecord(event, start) }
    const live = follower.next()
    let isHere = false
    live.then(() => {
      isHere = true
    })
    while (!isHere) await producer.send([record])
    expect(await live).toEqual({ events: [event], position: event.position, isCaughtUp: true })
  })

  it('has everything without a relay too, later', async () => {
    await ensureTopics(connection)
    const follower = follow(streamOf(store))
    await follower.next()
    const written = [...(await write(2)), ...(await write(3))]
    expect(await follower.until(5)).toEqual(written)
  })

  it('has everything where no broker answers, or the topic is not there', async () => {
    const dead = await (await testKafka()).connection({ brokers: ['127.0.0.1:1'] })
    const followers = [follow(streamOf(store)), follow(streamOf(store, { connection: dead }))]
    const written = await write(2)
    for (const follower of followers) expect(await follower.until(2)).toEqual(written)
  })

  it('fills a hole in the topic from the store, in order', async () => {
    await ensureTopics(connection)
    const follower = follow(streamOf(store))
    await follower.next()
    const written = [...(await write()), ...(await write()), ...(await write())]
    const [first, second, third] = written as [RecordedEvent, RecordedEvent, RecordedEvent]
    const value = encodeEventRecord(third, second.position)
    const producer = stack.use('producer', lastingProducer({ connection, logger: silentLogger }))
    await producer.send([{ topic: connection.topics.events, key: third.stream, value }])
    expect(await follower.until(3)).toEqual([first, second, third])
  })

  it('is not held up by records that are none of ours', async () => {
    await ensureTopics(connection)
    await startRelay()
    const follower = follow(streamOf(store))
    await follower.next()
    const producer = stack.use('producer', lastingProducer({ connection, logger: silentLogger }))
    await producer.send([{ topic: connection.topics.events, key: 'x', value: Buffer.from('what is this?') }])
    const written = [...(await write()), ...(await write())]
    expect(await follower.until(2)).toEqual(written)
  })

  it('stops a subscriber at an event that can not be read, after all that was before it, and lets those beyond go on', async () => {
    await ensureTopics(connection)
    const stream = streamOf(store)
    const follower = follow(stream)
    const written = await write(5)
    await database.pool.query(`insert into elves.events select max(position) + 1, 'task-damaged', 0, gen_random_uuid(), 'TaskStarted', now(), '\\x00', '\\xc301'
      from elves.events`)
    const after = await write(2)
    expect(await follower.until(5)).toEqual(written)
    await expect(follower.next()).rejects.toMatchObject({ code: 'EVENT_UNREADABLE', facts: { stream: 'task-damaged' } })
    const abort = new AbortController()
    const beyond = stream.subscribe({ after: (written[4] as RecordedEvent).position.replace(/.$/, '6'), signal: abort.signal })
    for await (const { events } of beyond) {
      if (events.length > 0) expect(events).toEqual(after)
      if (events.length > 0) abort.abort()
    }
  })
})
