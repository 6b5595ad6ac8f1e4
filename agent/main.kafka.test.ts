import { once } from 'node:events'
import { ensureTopics } from '@elves/core/kafka/topics.ts'
import { describeKafka, testKafka } from '@elves/tests/support/kafka.ts'
import { kafkaCenter } from '@elves/tests/support/kafka-center.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { expect, test } from 'vitest'
import { agentProcesses } from './agent-process.fixture.ts'

const { start, runs } = agentProcesses()

describeKafka('an agent on Kafka', () => {
  test('over kill -9 it takes up what was sent meanwhile, and stops with a goodbye and exit code 0', async () => {
    const connection = await (await testKafka()).connection()
    await ensureTopics(connection)
    const kafka = await kafkaCenter({ connection })
    const { brokers, topicPrefix, agentPartitions } = connection.settings
    const env = {
      ELVES_AGENT_LINK: 'kafka',
      ELVES_AGENT_IP: '10.0.0.1',
      ELVES_KAFKA_BROKERS: brokers.join(','),
      ELVES_KAFKA_TOPIC_PREFIX: topicPrefix,
      ELVES_KAFKA_AGENT_PARTITIONS: String(agentPartitions),
    }
    const ends = (taskId: string) => kafka.reports().filter(({ name, value }) => name === 'AttemptEnded' && value.taskId === taskId)
    const first = start(env)
    const { agentId, hello } = await kafka.hello()
    const { journalId } = hello
    await kafka.run(agentId, { taskId: 'T1', func: 'one', journalId })
    await waitFor(() => ends('T1').length > 0, { timeoutMs: 30_000 })
    first.child.kill('SIGKILL')
    await once(first.child, 'exit')
    await kafka.run(agentId, { taskId: 'T2', func: 'two', journalId, notAfter: Date.now() + 60_000 })
    await kafka.run(agentId, { taskId: 'T3', func: 'three', journalId, notAfter: Date.now() - 1_000 })
    const { child } = start(env)
    await waitFor(() => ends('T2').length > 0 && ends('T3').length > 0, { timeoutMs: 30_000 })
    expect(ends('T2')[0]?.value).toMatchObject({ outcome: 'SUCCEEDED', output: { message: { inline: 'two' } } })
    expect(ends('T3')[0]?.value).toMatchObject({ outcome: 'REJECTED', failure: { code: 'EXPIRED' } })
    expect(await runs()).toEqual(['one', 'two'])
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
    await waitFor(() => kafka.words.some(({ message }) => message.name === 'AgentGoodbye'))
    await kafka.stop()
  }, 180_000)
})
