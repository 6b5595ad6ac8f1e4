import { taskStream } from '@elves/core/domain/task/task.ts'
import { randomAgentId } from '@elves/core/foundation/ids.ts'
import { ensureTopics } from '@elves/core/kafka/topics.ts'
import { encode } from '@elves/schemas/codec/codec.ts'
import { describeKafka, testKafka } from '@elves/tests/support/kafka.ts'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { caller, request, wholeRun } from './tests/center.ts'
import { instances } from './tests/instances.ts'
import { serviceChild } from './tests/service-process.ts'
import { TestAgent, testHello, testToken, until } from './tests/test-agent.ts'

describeKafka('gateways as processes of their own', () => {
  let all: Awaited<ReturnType<typeof instances>>
  beforeEach(async () => {
    const connection = await (await testKafka()).connection()
    await ensureTopics(connection)
    all = await instances(connection)
  }, 180_000)
  afterEach(() => all.close())

  const sayWholeRun = (agent: TestAgent, taskId: string) => {
    agent.say(...wholeRun(taskId).map(({ name, value }) => encode(name, value as never)))
  }

  it('hand an agent the instructions of a command-service, and have its client answered', async () => {
    const [command, gateway] = [await all.command('command'), await all.gateway('gateway')]
    const hello = testHello()
    const agent = await TestAgent.join(gateway.url, hello)
    const waiting = command.commands.runTask(caller, request({ agent: hello.ip, wait: true }))
    const { taskId } = await agent.heard('RunTask')
    sayWholeRun(agent, taskId)
    expect((await waiting).events.map(({ event }) => event.type).at(-1)).toBe('TaskSucceeded')
    await until(() => agent.receipts().length >= 3, 'the receipts')
  })

  it('hand each agent only its own', async () => {
    const [command, gateway] = [await all.command('command'), await all.gateway('gateway')]
    const hellos = Array.from({ length: 4 }, () => testHello())
    const agents = await Promise.all(hellos.map((hello) => TestAgent.join(gateway.url, hello)))
    const answers = await command.commands.runTasks(
      caller,
      hellos.flatMap(({ agentId }) => [request({ agent: agentId }), request({ agent: agentId })]),
    )
    await until(() => agents.every((agent) => agent.all('RunTask').length === 2), 'all instructions')
    const told = agents.flatMap((agent) => agent.all('RunTask').map(({ taskId }) => taskId))
    expect(told).toEqual(answers.map(({ taskId }) => taskId))
  })

  it('refuse another process of an agent while the first one answers at another gateway', async () => {
    const [one, other] = [await all.gateway('one'), await all.gateway('other')]
    const hello = testHello()
    const first = await TestAgent.join(one.url, hello)
    const twin = await TestAgent.connect(other.url)
    twin.say(encode('AgentHello', { ...hello, bootId: 'another', journalId: 'another' }))
    expect(await twin.heard('CenterRefusal')).toMatchObject({ code: 'AGENT_DUPLICATE' })
    expect(first.closeCode).toBeNull()
  })

  it('send again, through whichever gateway has the agent, what it has not acknowledged', async () => {
    await all.close()
    const connection = await (await testKafka()).connection()
    await ensureTopics(connection)
    all = await instances(connection, { resendAfterMs: 50 })
    const [command, gateway] = [await all.command('command'), await all.gateway('gateway')]
    const hello = testHello()
    const agent = await TestAgent.join(gateway.url, hello)
    await command.commands.runTask(caller, request({ agent: hello.agentId }))
    // Within the join window a second copy is dropped; after it, it is not.
    await until(() => agent.all('RunTask').length >= 2, 'the second one')
  })

  it('let go of an agent that has gone to another one while they were stalled', async () => {
    const kafka = await testKafka()
    const topicPrefix = kafka.newPrefix()
    const connection = await kafka.connection({ topicPrefix })
    await ensureTopics(connection)
    const own = await instances(connection)
    const stalling = await serviceChild('gateway-main.ts', {
      ELVES_DATABASE_URL: own.database.url,
      ELVES_JOIN_TOKEN: testToken,
      ELVES_KEYLESS_AGENTS: 'on',
      ELVES_GATEWAY_PORT: '0',
      ELVES_INSTANCE: 'stalling',
      ELVES_KAFKA_BROKERS: kafka.brokers,
      ELVES_KAFKA_TOPIC_PREFIX: topicPrefix,
      ELVES_KAFKA_AGENT_PARTITIONS: '4',
    })
    try {
      const [command, other] = [await own.command('command'), await own.gateway('other')]
      const hello = testHello()
      // The agent keeps its socket: only the gateway can end it.
      const first = await TestAgent.join(`${stalling.url.replace('http', 'ws')}/gateway`, hello)
      stalling.child.kill('SIGSTOP')
      const second = await TestAgent.join(other.url, hello)
      const { taskId } = await command.commands.runTask(caller, request({ agent: hello.agentId }))
      expect(await second.heard('RunTask')).toMatchObject({ taskId })
      stalling.child.kill('SIGCONT')
      expect(await first.closed()).toBe('4409 REPLACED')
      expect(second.closeCode).toBeNull()
      const events = await command.store.readStream(`agentlink-${hello.agentId}`)
      expect(events.map(({ event }) => event.type)).toEqual(['AgentConnected'])
    } finally {
      stalling.child.kill('SIGCONT')
      await stalling.kill('SIGTERM')
      await own.close()
    }
  }, 240_000)

  it('lose and repeat nothing of an agent that hops between them under a stream of tasks', async () => {
    const command = await all.command('command')
    const gateways = [await all.gateway('one'), await all.gateway('other')]
    const agentId = randomAgentId()
    const hello = testHello({ agentId })
    const agents: TestAgent[] = []
    const told: string[] = []
    const open = new Set<string>()

    /** Journals what it is told, as an agent does, and answers at once. */
    async function hop(): Promise<TestAgent> {
      const agent = await TestAgent.connect(gateways[agents.length % 2]?.url ?? '')
      agents.push(agent)
      agent.onMessage = ({ name, value }) => {
        if (name !== 'RunTask' || agent !== agents.at(-1)) return
        told.push(value.taskId)
        open.add(value.taskId)
        // Reports half of the runs at once; the others only after the hops.
        if (told.length % 2 === 0) sayWholeRun(agent, value.taskId)
      }
      const openAttempts = [...open].map((taskId) => ({ taskId, attempt: 1, phase: 'ACCEPTED' as const }))
      agent.say(encode('AgentHello', { ...hello, clockMs: Date.now(), openAttempts }))
      await agent.heard('CenterWelcome')
      return agent
    }

    await hop()
    const asked: string[] = []
    let isDone = false
    const asking = (async () => {
      while (!isDone) {
        const { taskId } = await command.commands.runTask(caller, request({ agent: agentId }))
        asked.push(taskId ?? '')
      }
    })()
    for (let count = 0; count < 8; count++) {
      const before = asked.length
      await until(() => asked.length > before + 10, 'more tasks')
      const last = agents.at(-1)
      // By turns the old link is cut, closed, or left half open.
      if (count % 3 === 0) last?.socket.terminate()
      else if (count % 3 === 1) last?.socket.close()
      await hop()
    }
    isDone = true
    await asking
    await until(() => told.length >= asked.length, 'all instructions')
    expect([...told].sort()).toEqual([...asked].sort())
    const last = agents.at(-1) as TestAgent
    for (const taskId of asked) sayWholeRun(last, taskId)
    const ends = async () =>
      (await command.store.readStreams(asked.map(taskStream))).map((events) => events.filter(({ event }) => event.type === 'TaskSucceeded').length)
    await until(async () => (await ends()).every((count) => count === 1), 'all ends')
  })
})
