import { rawKafka } from './raw-kafka.ts'

/** `kafka-echo.ts BROKERS FROM TO`: a bare kafkajs client that copies one topic to another; reports when it has joined. */
const [brokers = '', from = '', to = ''] = process.argv.slice(2)
const kafka = rawKafka(brokers)
const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
const consumer = kafka.consumer({ groupId: from, maxWaitTimeInMs: 250 })
await Promise.all([producer.connect(), consumer.connect()])
await consumer.subscribe({ topic: from, fromBeginning: true })
consumer.on(consumer.events.GROUP_JOIN, () => process.send?.('joined'))
await consumer.run({
  autoCommit: false,
  eachMessage: async ({ message }) => void (await producer.send({ topic: to, messages: [{ value: message.value }] })),
})
process.on('SIGTERM', async () => {
  await Promise.all([consumer.disconnect(), producer.disconnect()])
  process.exit(0)
})
