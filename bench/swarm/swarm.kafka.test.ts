import { ensureTopics } from '@elves/core/kafka/topics.ts'
import { describeKafka, testKafka } from '@elves/tests/support/kafka.ts'
import { kafkaCenter } from '@elves/tests/support/kafka-center.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { expect, test } from 'vitest'
import { swarm } from './swarm.ts'

describeKafka('a swarm over Kafka', () => {
  test('answers any task of any of its agents', async () => {
    const connection = await (await testKafka()).connection()
    await ensureTopics(connection)
    const kafka = await kafkaCenter({ connection })
    const { brokers, topicPrefix, agentPartitions } = connection.settings
    const agents = swarm({ agents: 10, url: `kafka://${brokers.join(',')}/${topicPrefix}?token=let-me-in&partitions=${agentPartitions}` })
    await agents.ready
    const { hello } = await kafka.hello()
    expect(hello.joinToken).toBe('let-me-in')
    for (const [index, agentId] of agents.agentIds.entries()) await kafka.run(agentId, { taskId: `T${index}`, journalId: '' })
    await waitFor(() => agents.totals().receipts === 3 * agents.agentIds.length)
    expect(agents.totals()).toMatchObject({ tasks: agents.agentIds.length, succeeded: agents.agentIds.length, duplicates: 0 })
    await agents.stop()
    await kafka.stop()
  }, 180_000)
})
