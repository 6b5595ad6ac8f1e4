import { agentLinkAggregate } from '@elves/core/domain/agent-link/agent-link.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { randomAgentId } from '@elves/core/foundation/ids.ts'
import { encode } from '@elves/schemas/codec/codec.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { acknowledged, ended, runTask, started, taskId } from '../tests/messages.ts'
import { TestAgent, testHello, until } from '../tests/test-agent.ts'
import { type TestGateway, testGateway } from '../tests/test-gateway.ts'

describe('the gateway', () => {
  let center: TestGateway
  beforeEach(async () => {
    center = await testGateway()
  })
  afterEach(() => center.close())

  it('welcomes an agent with what it may do, and first sends again what its journal lacks', async () => {
    const open = [{ taskId, attempt: 1, phase: 'ENDED' as const }]
    const asked: unknown[] = []
    center.tasks.reconcile = async (...given) => {
      asked.push(given)
      return [runTask(1)]
    }
    const agentId = randomAgentId()
    const agent = await TestAgent.join(center.url, { agentId, openAttempts: open })
    expect(asked).toEqual([[agentId, 'journal', open]])
    expect(agent.frames[0]?.map(({ name }) => name)).toEqual(['CenterWelcome', 'RunTask'])
    expect(await agent.heard('CenterWelcome')).toMatchObject({ protocolVersion: 1, pingIntervalMs: 10_000, maxUnreceipted: 1_000 })
    expect(await center.agents.directory.find(agentId)).toMatchObject({ phase: 'CONNECTED' })
    expect(center.links.isConnected(agentId)).toBe(true)
  })

  it('holds instructions back until it knows what the journal has open', async () => {
    const gate = Promise.withResolvers<readonly Uint8Array[]>()
    center.tasks.reconcile = () => gate.promise
    const hello = testHello()
    const agent = await TestAgent.connect(center.url)
    agent.say(encode('AgentHello', hello))
    await until(() => center.links.isConnected(hello.agentId), 'the link')
    expect(center.links.send(hello.agentId, runTask(2))).toBe(true)
    gate.resolve([runTask(1)])
    await agent.heard('RunTask')
    expect(agent.frames[0]?.map(({ name }) => name)).toEqual(['CenterWelcome', 'RunTask', 'RunTask'])
    expect(agent.all('RunTask').map(({ attempt }) => attempt)).toEqual([1, 2])
  })

  it('hands on once what comes both from the log and live while a link is made', async () => {
    const gate = Promise.withResolvers<readonly Uint8Array[]>()
    center.tasks.reconcile = () => gate.promise
    const hello = testHello({ openAttempts: [{ taskId, attempt: 7, phase: 'ACCEPTED' }] })
    const agent = await TestAgent.connect(center.url)
    agent.say(encode('AgentHello', hello))
    await until(() => center.links.isConnected(hello.agentId), 'the link')
    for (const attempt of [1, 2, 7]) center.links.send(hello.agentId, runTask(attempt))
    gate.resolve([runTask(1), runTask(3)])
    await agent.heard('RunTask')
    for (const attempt of [1, 3, 7, 4]) expect(center.links.send(hello.agentId, runTask(attempt))).toBe(true)
    await until(() => agent.all('RunTask').some(({ attempt }) => attempt === 4), 'the last one')
    expect(agent.all('RunTask').map(({ attempt }) => attempt)).toEqual([1, 3, 2, 4])
  })

  it('hands on a second copy when a link has been up for a moment: it was sent again on purpose', async () => {
    await center.close()
    center = await testGateway({ limits: { joinWindowMs: 0 } })
    const hello = testHello()
    const agent = await TestAgent.join(center.url, hello)
    for (const attempt of [1, 1]) center.links.send(hello.agentId, runTask(attempt))
    await until(() => agent.all('RunTask').length === 2, 'both')
  })

  it('sends receipts for what agents have said before it goes away', async () => {
    const gate = Promise.withResolvers<void>()
    let isRecording = false
    center.tasks.record = async () => {
      isRecording = true
      await gate.promise
    }
    const agent = await TestAgent.join(center.url)
    agent.say(acknowledged(1), started(2))
    await until(() => isRecording, 'the report')
    const stopping = center.stop()
    gate.resolve()
    expect(await agent.closed()).toBe('1001 SHUTTING_DOWN')
    expect(agent.receipts()).toEqual([1, 2])
    await stopping
  })

  it.each(['is cut', 'is still open'])(
    'judges what is open only when the reports of an earlier socket, which %s, are recorded or given up',
    async (state) => {
      const gate = Promise.withResolvers<void>()
      const done: string[] = []
      let isRecording = false
      center.tasks.record = async () => {
        isRecording = true
        await gate.promise
        done.push('recorded')
      }
      const hello = testHello()
      const earlier = await TestAgent.join(center.url, hello)
      center.tasks.reconcile = async () => {
        done.push('reconciled')
        return []
      }
      earlier.say(ended(1))
      await until(() => isRecording, 'the report')
      if (state === 'is cut') earlier.socket.terminate()
      const again = await TestAgent.connect(center.url)
      again.say(encode('AgentHello', hello))
      await earlier.closed()
      setTimeout(() => gate.resolve(), 100)
      await again.heard('CenterWelcome')
      expect(done).toEqual(['recorded', 'reconciled'])
    },
  )

  it('gathers the instructions of one turn in one frame, in order', async () => {
    const hello = testHello()
    const agent = await TestAgent.join(center.url, hello)
    for (const attempt of [1, 2, 3]) expect(center.links.send(hello.agentId, runTask(attempt))).toBe(true)
    await agent.heard('RunTask')
    expect(agent.frames[1]?.map(({ value }) => 'attempt' in value && value.attempt)).toEqual([1, 2, 3])
  })

  it('does not take an instruction for an agent that has no link here', () => {
    expect(center.links.send(randomAgentId(), runTask(1))).toBe(false)
    expect(center.links.isConnected(randomAgentId())).toBe(false)
  })

  it('gives receipts when reports are durable and not before, those of one frame in one', async () => {
    const gate = Promise.withResolvers<void>()
    center.tasks.record = () => gate.promise
    const agent = await TestAgent.join(center.url)
    agent.say(acknowledged(1), started(2), ended(3))
    agent.say(encode('AgentPing', { clockMs: 5 }))
    expect(await agent.heard('CenterPong')).toMatchObject({ agentClockMs: 5 })
    expect(agent.receipts()).toEqual([])
    gate.resolve()
    await agent.heard('Receipt')
    expect(agent.all('Receipt')).toEqual([{ reportIds: [1, 2, 3] }])
    expect(center.recorded.map(({ reports }) => reports.map(({ name }) => name))).toEqual([['AttemptAcknowledged', 'AttemptStarted', 'AttemptEnded']])
  })

  it('lets receipts wait for the next message to the agent, and sends them at once when many wait', async () => {
    await center.close()
    center = await testGateway({ limits: { receiptHoldMs: 600_000 } })
    const hello = testHello()
    const agent = await TestAgent.join(center.url, hello)
    agent.say(acknowledged(1), started(2), ended(3))
    await until(() => center.recorded.length === 1, 'the reports')
    expect(agent.receipts()).toEqual([])
    center.links.send(hello.agentId, runTask(2))
    await agent.heard('RunTask')
    expect(agent.frames.slice(1)).toMatchObject([[{ name: 'RunTask' }, { name: 'Receipt', value: { reportIds: [1, 2, 3] } }]])
    for (let id = 4; id <= 103; id++) agent.say(ended(id))
    await until(() => agent.receipts().length === 103, 'all receipts')
  })

  it('keeps reports that the store does not take, and records them in order once it does', async () => {
    let failures = 2
    center.tasks.record = async () => {
      if (failures-- > 0) throw new ElvesError('STORE_UNAVAILABLE', 'away', { canRetry: true })
    }
    const agent = await TestAgent.join(center.url)
    agent.say(acknowledged(1))
    agent.say(started(2))
    agent.say(ended(3))
    await until(() => agent.receipts().length === 3, 'receipts')
    expect(agent.receipts()).toEqual([1, 2, 3])
    expect(center.recorded.flatMap(({ reports }) => reports.map(({ value }) => value.reportId))).toEqual([1, 2, 3])
  })

  it('closes the link, without a receipt, over a report that can not be recorded', async () => {
    center.tasks.record = async () => {
      throw new Error('a fault')
    }
    const agent = await TestAgent.join(center.url)
    agent.say(ended(1))
    expect(await agent.closed()).toBe('1011 INTERNAL')
    expect(agent.receipts()).toEqual([])
  })

  it('records and receipts facts that an agent tells later', async () => {
    const agent = await TestAgent.join(center.url)
    const facts = { ...testHello().facts, version: '9' }
    agent.say(encode('AgentFactsReport', { reportId: 7, facts }))
    await agent.heard('Receipt')
    expect(agent.receipts()).toEqual([7])
    expect(await center.agents.types()).toContain('AgentFactsChanged')
  })

  it('records a goodbye after the reports before it, and lets the agent come back', async () => {
    const hello = testHello()
    const agent = await TestAgent.join(center.url, hello)
    agent.say(ended(1), encode('AgentGoodbye', { reason: 'stopping' }))
    expect(await agent.closed()).toBe('1000 GOODBYE')
    expect(agent.receipts()).toEqual([1])
    expect(await center.agents.directory.find(hello.agentId)).toMatchObject({ phase: 'OFFLINE' })
    expect(center.links.isConnected(hello.agentId)).toBe(false)
    await TestAgent.join(center.url, { ...hello, bootId: 'next' })
    expect(await center.agents.directory.find(hello.agentId)).toMatchObject({ phase: 'CONNECTED' })
  })

  it('writes nothing when a link is cut and comes back, or when the center stops', async () => {
    const hello = testHello()
    const agent = await TestAgent.join(center.url, hello)
    const before = await center.agents.types()
    agent.socket.terminate()
    await until(() => !center.links.isConnected(hello.agentId), 'the cut')
    const again = await TestAgent.join(center.url, hello)
    await center.stop()
    expect(await again.closed()).toBe('1001 SHUTTING_DOWN')
    expect(await center.agents.types()).toEqual(before)
    expect(center.agents.sightings.map(({ agentId }) => agentId)).toContain(hello.agentId)
  })

  it('connects an agent again that was called lost while it talks', async () => {
    const hello = testHello()
    await TestAgent.join(center.url, hello)
    const { agentId } = hello
    const context = { actor: { kind: 'SYSTEM' as const, id: 'test', name: null }, correlationId: 'test', causationId: null, metadata: {} }
    await center.agents.aggregates.handle({
      aggregate: agentLinkAggregate,
      stream: agentLinkAggregate.streamOf(agentId),
      commands: [{ type: 'Lose', agentId, lastSeenAt: 0 }],
      context,
    })
    center.agents.announce({ type: 'AgentLost', data: { agentId, sessionId: '', lastSeenAt: 0 } })
    await until(async () => (await center.agents.types()).at(-1) === 'AgentRecovered', 'AgentRecovered')
    expect(center.links.isConnected(agentId)).toBe(true)
  })

  it('lets an agent go that another gateway has connected', async () => {
    const hello = testHello()
    const agent = await TestAgent.join(center.url, hello)
    const data = { agentId: hello.agentId, sessionId: 's', bootId: 'b', journalId: 'j', gatewayId: 'another', remoteAddress: '', clockOffsetMs: 0 }
    center.agents.announce({ type: 'AgentConnected', data })
    await agent.closed()
    expect(center.links.isConnected(hello.agentId)).toBe(false)
  })
})
