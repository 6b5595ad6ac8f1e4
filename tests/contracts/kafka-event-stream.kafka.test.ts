import { kafkaEventStream } from '@elves/core/eventing/kafka/kafka-event-stream.ts'
import { relay } from '@elves/core/eventing/kafka/relay.ts'
import { Stack } from '@elves/core/foundation/lifecycle.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { ensureTopics } from '@elves/core/kafka/topics.ts'
import { eventingDatabase } from '../support/eventing-database.ts'
import { describeKafka, testKafka } from '../support/kafka.ts'
import { eventFeedContract, type FedStore, type FeedUnderTest } from './event-feed.contract.ts'

/** The log in Postgres, a relay, and a stream for each instance, as if they were in separate processes. */
async function fedByKafka(): Promise<FeedUnderTest> {
  const stack = new Stack(silentLogger)
  const database = await eventingDatabase()
  stack.defer('database', () => database.close())
  const connection = await (await testKafka()).connection()
  await ensureTopics(connection)
  stack.use('relay', relay({ connection, store: await database.anotherStore(), pool: database.pool, owner: 'test', logger: silentLogger }))
  const fedStore = async (): Promise<FedStore> => {
    const store = await database.anotherStore()
    const feed = kafkaEventStream({ connection, store, logger: silentLogger })
    stack.defer('stream', () => feed.close())
    return { store, feed }
  }
  return { ...(await fedStore()), another: fedStore, close: () => stack.stop() }
}

describeKafka('the log by Kafka', () => eventFeedContract('Kafka, fed by a relay from Postgres', fedByKafka))
