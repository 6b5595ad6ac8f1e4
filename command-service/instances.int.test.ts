import { taskStream } from '@elves/core/domain/task/task.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { kafkaConnection } from '@elves/core/kafka/kafka-connection.ts'
import { encode } from '@elves/schemas/codec/codec.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { caller, ended, request, started, acknowledged as taken } from './tests/center.ts'
import { instances } from './tests/instances.ts'
import { TestAgent, testHello, until } from './tests/test-agent.ts'

describe('several instances of command-service', () => {
  let all: Awaited<ReturnType<typeof instances>>
  beforeEach(async () => {
    all = await instances()
  })
  afterEach(() => all.close())

  const linkTypes = async (agentId: string) => {
    const events = await (await all.database.store()).readStream(`agentlink-${agentId}`)
    return events.map(({ event }) => event.type)
  }

  it('refuse nothing for an agent that another of them has just connected', async () => {
    const [one, other] = [await all.command('one'), await all.command('other')]
    for (let round = 0; round < 5; round++) {
      const hello = testHello()
      // Asks first, so that `one` has cached that the agent is unknown.
      expect((await one.commands.runTask(caller, request({ agent: hello.agentId }))).refusal?.code).toBe('AGENT_UNKNOWN')
      const agent = await TestAgent.join(other.url, hello)
      expect((await one.commands.runTask(caller, request({ agent: hello.agentId }))).refusal).toBeNull()
      agent.say(encode('AgentGoodbye', { reason: 'STOPPED' }))
      await agent.closed()
      expect((await one.commands.runTask(caller, request({ agent: hello.ip }))).refusal?.code).toBe('AGENT_OFFLINE')
      await TestAgent.join(other.url, hello)
      expect((await one.commands.runTask(caller, request({ agent: hello.ip }))).refusal).toBeNull()
    }
  })

  it('answer a waiting client whichever of them the report reaches', async () => {
    const [one, other] = [await all.command('one'), await all.command('other')]
    const hello = testHello()
    await TestAgent.join(one.url, hello)
    const waiting = one.commands.runTask(caller, request({ agent: hello.agentId, wait: true }))
    const elsewhere = await TestAgent.join(other.url, hello)
    const { taskId } = await elsewhere.heard('RunTask')
    for (const { name, value } of [taken(taskId), started(taskId), ended(taskId)]) elsewhere.say(encode(name, value as never))
    const { events } = await waiting
    expect(events.map(({ event }) => event.type)).toEqual(['TaskRequested', 'TaskDispatched', 'TaskAcknowledged', 'TaskStarted', 'TaskSucceeded'])
  })

  it('hand an agent that comes to another of them what it has not been told, at once', async () => {
    const [one, other] = [await all.command('one'), await all.command('other')]
    const hello = testHello()
    const first = await TestAgent.join(one.url, hello)
    const told = await one.commands.runTask(caller, request({ agent: hello.agentId }))
    await first.heard('RunTask')
    first.socket.terminate()
    const untold = await one.commands.runTask(caller, request({ agent: hello.agentId }))
    const openAttempts = [{ taskId: told.taskId ?? '', attempt: 1, phase: 'ACCEPTED' as const }]
    const second = await TestAgent.join(other.url, { ...hello, openAttempts })
    await second.heard('RunTask')
    expect(second.all('RunTask').map(({ taskId }) => taskId)).toEqual([untold.taskId])
  })

  it('cut the socket of an agent that is linked to another of them now, which writes nothing', async () => {
    const [one, other] = [await all.command('one'), await all.command('other')]
    const hello = testHello()
    const first = await TestAgent.join(one.url, hello)
    await TestAgent.join(other.url, hello)
    expect(await first.closed()).toBe('4409 REPLACED')
    expect(await linkTypes(hello.agentId)).toEqual(['AgentConnected'])
  })

  it('judge what is open only when the reports that the agent brought to another of them are recorded', async () => {
    const [one, other] = [await all.command('one'), await all.command('other')]
    const hello = testHello()
    const first = await TestAgent.join(one.url, hello)
    const { taskId } = await one.commands.runTask(caller, request({ agent: hello.agentId }))
    await first.heard('RunTask')
    const { name, value } = ended(taskId ?? '', 'FAILED')
    first.say(encode(name, value as never), encode('AgentPing', { clockMs: 1 }))
    await first.heard('CenterPong')
    // The journal is as it was before: the agent died before it could note what it reported.
    const second = await TestAgent.join(other.url, hello)
    expect((await one.store.readStream(taskStream(taskId ?? ''))).at(-1)?.event.type).toBe('TaskFailed')
    expect(second.all('RunTask')).toEqual([])
  })

  it('refuse another process of an agent while the first one answers at another of them, and let it in where it is gone', async () => {
    const [one, other] = [await all.command('one'), await all.command('other')]
    const hello = testHello()
    const first = await TestAgent.join(one.url, hello)
    const twin = await TestAgent.connect(other.url)
    const twinHello = { ...hello, bootId: 'another', journalId: 'another' }
    twin.say(encode('AgentHello', twinHello))
    expect(await twin.heard('CenterRefusal')).toMatchObject({ code: 'AGENT_DUPLICATE', canRetry: true })
    expect(await linkTypes(hello.agentId)).toEqual(['AgentConnected', 'AgentDuplicateRefused'])
    expect(first.closeCode).toBeNull()
    first.socket.terminate()
    await first.closed()
    await TestAgent.join(other.url, twinHello)
    expect((await linkTypes(hello.agentId)).at(-1)).toBe('AgentConnected')
  })

  it('go on without the one that is gone: the deadlines and the presence of agents have a new owner', async () => {
    const [one, other] = [await all.command('one'), await all.command('other')]
    const owners = async () => {
      const { rows } = await all.database.pool.query<{ owner: string }>('select distinct owner from elves.leases where expires_at > now()')
      return rows.map(({ owner }) => owner)
    }
    await until(async () => (await owners()).length === 1, 'one owner')
    const [first] = await owners()
    const [gone, left] = first === 'one' ? [one, other] : [other, one]
    const hello = testHello()
    await TestAgent.join(left.url, hello)
    await gone.stop()
    await until(async () => (await owners()).includes(left.instanceId) && (await owners()).length === 1, 'the other owner')
    expect((await left.commands.runTask(caller, request({ agent: hello.agentId }))).refusal).toBeNull()
    await expect(gone.commands.runTask(caller, request({ agent: hello.agentId }))).rejects.toMatchObject({ code: 'SHUTTING_DOWN', canRetry: true })
  })

  it('do what they can while the brokers are away, and stop', async () => {
    const away = {
      brokers: ['127.0.0.1:9'],
      topicPrefix: 'away',
      agentPartitions: 1,
      replication: 1,
      compression: 'none',
      sasl: null,
      tls: null,
    } as const
    const kafka = await kafkaConnection({ settings: away, clientId: 'test', logger: silentLogger })
    const cut = await instances(kafka)
    const one = await cut.command('one')
    expect(one.isReady()).toBe(true)
    expect((await one.commands.cancelTask(caller, { id: '0'.repeat(16), reason: null, idempotencyKey: null })).refusal?.code).toBe('TASK_UNKNOWN')
    await cut.close()
  })
})
