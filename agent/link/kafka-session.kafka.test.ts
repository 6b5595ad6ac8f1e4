import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomAgentId } from '@elves/core/foundation/ids.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import type { KafkaConnection } from '@elves/core/kafka/kafka-connection.ts'
import { ensureTopics } from '@elves/core/kafka/topics.ts'
import { describeKafka, testKafka } from '@elves/tests/support/kafka.ts'
import { type KafkaCenter, kafkaCenter } from '@elves/tests/support/kafka-center.ts'
import { type LinkAgent, type LinkAgentOptions, linkAgent } from '@elves/tests/support/link-agent.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { kafkaDial } from './kafka-dial.ts'

const patience = { timeoutMs: 40_000 }

describeKafka('the link over Kafka', () => {
  let connection: KafkaConnection
  let center: KafkaCenter
  let folder: string
  let agentId: string
  const agents: LinkAgent[] = []
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'elves-kafka-link-'))
    connection = await (await testKafka()).connection()
    await ensureTopics(connection)
    center = await kafkaCenter({ connection, pingIntervalMs: 1_000 })
    agentId = randomAgentId()
  }, 120_000)
  afterEach(async () => {
    for (const agent of agents.splice(0)) await agent.stop()
    await center.stop()
    await rm(folder, { recursive: true, force: true })
  })

  async function start(changes: Partial<LinkAgentOptions> = {}, agentPartitions = connection.settings.agentPartitions): Promise<LinkAgent> {
    const agent = await linkAgent({
      agentId,
      ip: '10.0.0.1',
      dataDir: folder,
      async way(names) {
        const { dial, stop } = await kafkaDial({ settings: { ...connection.settings, agentPartitions }, logger: silentLogger, ...names })
        return { dial, stop, joinToken: 'token' }
      },
      ...changes,
    })
    agents.push(agent)
    return agent
  }

  async function enter(): Promise<LinkAgent> {
    const agent = await start()
    await waitFor(() => agent.link.isUp, patience)
    return agent
  }

  const reportsOf = (taskId: string) => center.reports().filter(({ value }) => 'taskId' in value && value.taskId === taskId)
  const namesOf = (taskId: string) => reportsOf(taskId).map(({ name }) => name)
  const wholeRun = ['AttemptAcknowledged', 'AttemptStarted', 'AttemptEnded']

  test('takes what is for it and for its session, and nothing else', async () => {
    const agent = await enter()
    const { session } = await center.hello()
    const { journalId } = agent.journal
    const receipted = () => agent.receipted.length
    center.receipts = false
    await center.run(agentId, { taskId: 'T', journalId })
    await waitFor(() => namesOf('T').length >= 3, patience)
    const reportIds = reportsOf('T').map(({ value }) => value.reportId)
    await center.run(randomAgentId(), { taskId: 'U', journalId })
    await center.say(agentId, 'another session', 'Receipt', { reportIds })
    await center.say(agentId, 'another session', 'CenterRefusal', { code: 'AGENT_DUPLICATE', message: '', canRetry: false })
    await center.sayBytes(agentId, session, Buffer.from('nonsense'))
    await center.sayBytes(agentId, null, Buffer.from('nonsense'))
    expect(receipted()).toBe(0)
    await center.say(agentId, session, 'Receipt', { reportIds })
    await waitFor(() => receipted() === 3, patience)
    expect(agent.started()).toEqual(['T'])
    expect(agent.refusals).toEqual([])
  })

  test('keeps instructions until the center has told its time, and takes them in their order', async () => {
    center.welcomes = false
    const agent = await start()
    const { session } = await center.hello()
    const { journalId } = agent.journal
    for (const taskId of ['A', 'B', 'C']) await center.run(agentId, { taskId, journalId })
    await center.welcome(agentId, session)
    await waitFor(() => agent.started().length >= 3, patience)
    expect(agent.started()).toEqual(['A', 'B', 'C'])
  })

  test('what was sent while it was down and has expired is reported and not run, what has not is run', async () => {
    const first = await enter()
    const { journalId } = first.journal
    await first.drop()
    await center.run(agentId, { taskId: 'OLD', journalId, notAfter: Date.now() - 1_000 })
    await center.run(agentId, { taskId: 'NEW', journalId })
    const second = await enter()
    await waitFor(() => namesOf('OLD').length > 0 && namesOf('NEW').length >= 3, patience)
    expect(reportsOf('OLD')[0]).toMatchObject({ name: 'AttemptEnded', value: { outcome: 'REJECTED', failure: { code: 'EXPIRED' } } })
    expect(second.started()).toEqual(['NEW'])
  })

  test('after a stop it goes on where it was: nothing comes a second time, and nothing is left out', async () => {
    const first = await enter()
    const { journalId } = first.journal
    await center.run(agentId, { taskId: 'A', journalId })
    await waitFor(() => first.receipted.length >= 3, patience)
    await first.stop()
    await center.run(agentId, { taskId: 'B', journalId })
    const second = await enter()
    await waitFor(() => second.receipted.length >= 3, patience)
    expect(second.started()).toEqual(['B'])
    expect(namesOf('A').slice(0, 3)).toEqual(wholeRun)
  })

  test('sends again on a new session what has no receipt for two ping intervals, while the center answers its pings', async () => {
    const agent = await enter()
    center.receipts = false
    await center.run(agentId, { taskId: 'T', journalId: agent.journal.journalId })
    await waitFor(() => namesOf('T').length >= 3, patience)
    const again = await center.hello(2)
    expect(again.hello.openAttempts).toMatchObject([{ taskId: 'T', phase: 'ENDED' }])
    center.receipts = true
    await waitFor(() => agent.receipted.length >= 3, patience)
    expect(namesOf('T').slice(0, 6)).toEqual([...wholeRun, ...wholeRun])
    expect(agent.started()).toEqual(['T'])
  })

  test('makes a new session when the center says nothing any more, or does not know the old one', async () => {
    await enter()
    const { session } = await center.hello()
    await center.say(agentId, session, 'CenterRefusal', { code: 'LINK_SESSION_UNKNOWN', message: '', canRetry: true })
    const second = await center.hello(2)
    expect(second.session).not.toBe(session)
    center.pongs = false
    await center.hello(3)
  })

  test('answers at once when the center asks whether it is there', async () => {
    await center.stop()
    center = await kafkaCenter({ connection, pingIntervalMs: 60_000 })
    await enter()
    const { session } = await center.hello()
    await center.say(agentId, session, 'CenterPong', { agentClockMs: -1, clockMs: Date.now() })
    await waitFor(() => center.words.some(({ message }) => message.name === 'AgentPing'), patience)
  })

  test('an agent that counts other partitions than there are says so, and does not wait in a wrong one', async () => {
    const codes: unknown[] = []
    const logger = Object.assign(Object.create(silentLogger), { child: () => logger, error: ({ code }: { code: string }) => codes.push(code) })
    const agent = await start({ logger }, 7)
    await waitFor(() => codes.includes('TOPIC_MISFIT'), patience)
    expect(agent.link.isUp).toBe(false)
    expect(center.words).toEqual([])
  })
})
