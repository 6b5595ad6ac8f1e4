import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { memoryEventStore } from '@elves/core/eventing/memory/memory-event-store.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { randomAgentId } from '@elves/core/foundation/ids.ts'
import type { KafkaConnection } from '@elves/core/kafka/kafka-connection.ts'
import { ensureTopics } from '@elves/core/kafka/topics.ts'
import { encode } from '@elves/schemas/codec/codec.ts'
import { describeKafka, testKafka } from '@elves/tests/support/kafka.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { memoryAgents } from '../tests/memory-agents.ts'
import { acknowledged, ended, runTask, started } from '../tests/messages.ts'
import { testHello } from '../tests/test-agent.ts'
import { type KafkaSide, kafkaSide, type TestDoor, testDoor } from '../tests/test-door.ts'

const patience = { timeoutMs: 45_000 }

describeKafka('the Kafka door', () => {
  let connection: KafkaConnection
  let store: EventStore
  let agents: ReturnType<typeof memoryAgents>
  let door: TestDoor
  let side: KafkaSide
  beforeEach(async () => {
    connection = await (await testKafka()).connection()
    await ensureTopics(connection)
    store = memoryEventStore()
    agents = memoryAgents(store)
    side = await kafkaSide(connection)
    door = testDoor(connection, agents)
  }, 120_000)
  afterEach(async () => {
    await door.stop()
    await side.stop()
  })

  async function enter(session = 's1', agentId = randomAgentId()): Promise<string> {
    const ip = `10.${Number.parseInt(agentId.slice(0, 2), 16)}.${Number.parseInt(agentId.slice(2, 4), 16)}.1`
    await side.say(agentId, session, encode('AgentHello', testHello({ agentId, ip })))
    await side.heard(agentId, session, 'CenterWelcome')
    return agentId
  }

  /** Returns the values above 0: every code is there from the start, with 0. */
  const metric = async (name: string) => ((await door.registry.getSingleMetric(name)?.get())?.values ?? []).filter(({ value }) => value > 0)

  test('passes over what is none of an agent, counts it, and goes on', async () => {
    const agentId = randomAgentId()
    const hello = encode('AgentHello', testHello({ agentId }))
    await side.say(agentId, 's1', Buffer.from('nonsense'))
    await side.say(agentId, 's1', runTask(1))
    await side.say(agentId, 's1', encode('Frame', { messages: [hello] }))
    await side.say(agentId, null, hello)
    await side.say('not an agent id', 's1', hello)
    await side.say(randomAgentId(), 's1', hello)
    await side.say(agentId, 's1', hello)
    await side.heard(agentId, 's1', 'CenterWelcome')
    expect(await metric('elves_kafka_link_bad_records_total')).toMatchObject([{ value: 6, labels: { code: 'FRAME_INVALID' } }])
    expect(side.all(agentId, 's1', 'CenterWelcome')).toHaveLength(1)
  })

  test('welcomes with the session of the header, and what has to be told again goes to no session in particular', async () => {
    door.tasks.reconcile = async () => [runTask(1)]
    const agentId = await enter('s1')
    expect(side.all(agentId, 's1', 'CenterWelcome')).toMatchObject([{ sessionId: 's1', pingIntervalMs: 10_000 }])
    await side.heard(agentId, null, 'RunTask')
    expect(await agents.types()).toEqual(['AgentIpClaimed', 'AgentRegistered', 'AgentConnected'])
  })

  test.each([
    ['JOIN_TOKEN_INVALID', { joinToken: 'guessed' }, false],
    ['AGENT_IP_INVALID', { ip: 'here' }, false],
    ['PROTOCOL_VERSION_UNSUPPORTED', { fingerprints: [] }, false],
  ])('refuses a hello with %s', async (code, given, canRetry) => {
    const agentId = randomAgentId()
    await side.say(agentId, 's1', encode('AgentHello', testHello({ agentId, ...given })))
    expect(await side.heard(agentId, 's1', 'CenterRefusal')).toMatchObject({ code, canRetry })
    expect(await agents.types()).toEqual([])
  })

  test('answers only the newest of several hellos that waited', async () => {
    await door.stop()
    const agentId = randomAgentId()
    for (const session of ['s1', 's2', 's3']) await side.say(agentId, session, encode('AgentHello', testHello({ agentId, ip: '10.9.9.9' })))
    door = testDoor(connection, agents)
    await side.heard(agentId, 's3', 'CenterWelcome')
    expect(side.words.filter((word) => word.agentId === agentId).map(({ session }) => session)).toEqual(['s3'])
  })

  test('a hello that is read a second time is not judged again: what it says of the journal may be out of date', async () => {
    const agentId = await enter('s1')
    const before = door.reconciled.length
    await side.say(agentId, 's1', encode('AgentHello', testHello({ agentId })))
    expect(await side.heard(agentId, 's1', 'CenterRefusal')).toMatchObject({ code: 'LINK_SESSION_UNKNOWN', canRetry: true })
    expect(door.reconciled).toHaveLength(before)
  })

  test('while the store does not answer nothing has a receipt, and afterwards everything, in order and once', async () => {
    const agentId = await enter()
    let isAway = true
    door.tasks.record = async () => {
      if (isAway) throw new ElvesError('STORE_UNAVAILABLE', 'away', { canRetry: true })
    }
    await side.say(agentId, 's1', acknowledged(1))
    await side.say(agentId, 's1', started(2))
    await waitFor(() => door.asked > 1, patience)
    await side.say(agentId, 's1', ended(3))
    expect(side.receipts(agentId, 's1')).toEqual([])
    isAway = false
    await waitFor(() => side.receipts(agentId, 's1').length === 3, patience)
    expect(side.receipts(agentId, 's1')).toEqual([1, 2, 3])
    expect(door.recorded.map(({ value }) => value.reportId)).toEqual([1, 2, 3])
  })

  test('what an instance could not record before its stop, the next one records', async () => {
    const agentId = await enter()
    door.tasks.record = async () => {
      throw new ElvesError('STORE_UNAVAILABLE', 'away', { canRetry: true })
    }
    await side.say(agentId, 's1', acknowledged(1))
    await waitFor(() => door.asked > 0, patience)
    await door.stop()
    door = testDoor(connection, agents)
    await waitFor(() => side.receipts(agentId, 's1').length === 1, patience)
    expect(door.recorded).toMatchObject([{ name: 'AttemptAcknowledged', value: { reportId: 1 } }])
  })

  test('a fault with the reports of one agent has no receipt, and stops nobody else', async () => {
    const [broken, sound] = [await enter(), await enter()]
    door.tasks.record = async (agentId) => {
      if (agentId === broken) throw new Error('a fault')
    }
    await side.say(broken, 's1', acknowledged(1))
    await side.say(sound, 's1', acknowledged(2))
    await waitFor(() => side.receipts(sound, 's1').length === 1, patience)
    await waitFor(async () => (await metric('elves_kafka_link_failed_total')).length === 1, patience)
    expect(side.receipts(broken, 's1')).toEqual([])
  })

  test('reports of an earlier session are recorded, and it gets their receipt', async () => {
    const agentId = await enter('s1')
    await enter('s2', agentId)
    await side.say(agentId, 's1', acknowledged(1))
    await waitFor(() => side.receipts(agentId, 's1').length === 1, patience)
    expect(door.recorded).toHaveLength(1)
  })

  test('only pings of the newest session count; an earlier one is told to make a new one', async () => {
    const agentId = await enter('s1')
    await enter('s2', agentId)
    await side.say(agentId, 's2', encode('AgentPing', { clockMs: 7 }))
    expect(await side.heard(agentId, 's2', 'CenterPong')).toMatchObject({ agentClockMs: 7 })
    await waitFor(() => agents.heard.some(({ sessionId }) => sessionId === 's2'), patience)
    await side.say(agentId, 's1', encode('AgentPing', { clockMs: 8 }))
    expect(await side.heard(agentId, 's1', 'CenterRefusal')).toMatchObject({ code: 'LINK_SESSION_UNKNOWN', canRetry: true })
    expect(side.all(agentId, 's2', 'CenterRefusal')).toEqual([])
  })

  test('facts and the goodbye of an earlier session change nothing', async () => {
    const agentId = await enter('s1')
    await enter('s2', agentId)
    const facts = { name: 'renamed', version: '9', platform: 'p', labels: {}, apps: [] }
    await side.say(agentId, 's1', encode('AgentFactsReport', { reportId: 1, facts }))
    await side.say(agentId, 's1', encode('AgentGoodbye', { reason: '' }))
    await side.say(agentId, 's2', encode('AgentFactsReport', { reportId: 2, facts }))
    await waitFor(() => side.receipts(agentId, 's2').length === 1, patience)
    expect(side.receipts(agentId, 's1')).toEqual([1])
    expect((await agents.types()).filter((type) => /FactsChanged|Disconnected/.test(type))).toEqual(['AgentFactsChanged'])
    await side.say(agentId, 's2', encode('AgentGoodbye', { reason: '' }))
    await waitFor(async () => (await agents.types()).at(-1) === 'AgentDisconnected', patience)
  })

  test('another process of an agent is let in when the one before does not answer, and refused when it does', async () => {
    const agentId = await enter('s1')
    const hello = (bootId: string) => encode('AgentHello', testHello({ agentId, bootId, ip: '10.8.8.8' }))
    await side.say(agentId, 's2', hello('second'))
    await side.heard(agentId, 's2', 'CenterWelcome')
    await side.say(agentId, 's3', hello('third'))
    expect(await side.heard(agentId, 's2', 'CenterPong')).toMatchObject({ agentClockMs: -1 })
    await side.say(agentId, 's2', encode('AgentPing', { clockMs: 1 }))
    expect(await side.heard(agentId, 's3', 'CenterRefusal')).toMatchObject({ code: 'AGENT_DUPLICATE', canRetry: true })
  })
})
