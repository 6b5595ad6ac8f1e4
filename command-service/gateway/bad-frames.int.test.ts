import { randomAgentId } from '@elves/core/foundation/ids.ts'
import { encode, readableFingerprints } from '@elves/schemas/codec/codec.ts'
import type { AgentHello } from '@elves/schemas/generated/types.ts'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { acknowledged, ended, runTask, started } from '../tests/messages.ts'
import { TestAgent, testHello, until } from '../tests/test-agent.ts'
import { type TestGateway, testGateway } from '../tests/test-gateway.ts'

describe('a hello that is refused', () => {
  let center: TestGateway
  beforeEach(async () => {
    center = await testGateway({ limits: { otherBootPingMs: 300 } })
  })
  afterEach(() => center.close())

  async function refusalOf(given: Partial<AgentHello>) {
    const agent = await TestAgent.connect(center.url)
    agent.say(encode('AgentHello', testHello(given)))
    const { code, canRetry } = await agent.heard('CenterRefusal')
    expect(await agent.closed()).toBe(`4403 ${code}`)
    return { code, canRetry }
  }

  it('has the wrong join token, or none', async () => {
    expect(await refusalOf({ joinToken: 'guess' })).toEqual({ code: 'JOIN_TOKEN_INVALID', canRetry: false })
    expect(await refusalOf({ joinToken: '', protocolVersion: 9 })).toEqual({ code: 'JOIN_TOKEN_INVALID', canRetry: false })
    expect(await center.agents.types()).toEqual([])
  })

  it('speaks another version, or does not read what the center sends', async () => {
    expect(await refusalOf({ protocolVersion: 2 })).toEqual({ code: 'PROTOCOL_VERSION_UNSUPPORTED', canRetry: false })
    expect(await refusalOf({ fingerprints: readableFingerprints.slice(0, 3) })).toMatchObject({ code: 'PROTOCOL_VERSION_UNSUPPORTED' })
  })

  it('has an id, a boot, a journal or an ip that is none', async () => {
    expect(await refusalOf({ agentId: '../../etc' })).toMatchObject({ code: 'AGENT_ID_INVALID' })
    expect(await refusalOf({ bootId: '' })).toMatchObject({ code: 'AGENT_ID_INVALID' })
    expect(await refusalOf({ journalId: 'j'.repeat(1_000) })).toMatchObject({ code: 'AGENT_ID_INVALID' })
    for (const text of ['a\0b', 'a b', '张']) {
      expect(await refusalOf({ bootId: text })).toMatchObject({ code: 'AGENT_ID_INVALID' })
      expect(await refusalOf({ journalId: text })).toMatchObject({ code: 'AGENT_ID_INVALID' })
    }
    expect(await refusalOf({ ip: '::1' })).toMatchObject({ code: 'AGENT_IP_INVALID' })
  })

  it('claims the ip of a connected agent', async () => {
    await TestAgent.join(center.url, { ip: '10.99.0.1' })
    expect(await refusalOf({ ip: '10.99.0.1' })).toEqual({ code: 'AGENT_IP_TAKEN', canRetry: true })
  })

  it('is of another process of an agent that is connected and answers', async () => {
    const agentId = randomAgentId()
    const first = await TestAgent.join(center.url, { agentId })
    expect(await refusalOf({ agentId, bootId: 'other' })).toEqual({ code: 'AGENT_DUPLICATE', canRetry: true })
    expect((await center.agents.types()).at(-1)).toBe('AgentDuplicateRefused')
    expect(first.closeCode).toBeNull()
  })
})

describe('two links of one agent', () => {
  let center: TestGateway
  beforeEach(async () => {
    center = await testGateway({ limits: { otherBootPingMs: 100 } })
  })
  afterEach(() => center.close())

  it('the newest of the same process wins, without an event', async () => {
    const hello = testHello()
    const first = await TestAgent.join(center.url, hello)
    const before = await center.agents.types()
    const second = await TestAgent.join(center.url, hello)
    await first.closed()
    expect(center.links.send(hello.agentId, runTask(1))).toBe(true)
    await second.heard('RunTask')
    expect(await center.agents.types()).toEqual(before)
  })

  it('another process takes over from one that does not answer a ping', async () => {
    const agentId = randomAgentId()
    const first = await TestAgent.join(center.url, { agentId })
    first.socket.pause()
    const second = await TestAgent.join(center.url, { agentId, bootId: 'other', journalId: 'other' })
    expect(second.closeCode).toBeNull()
    expect(await center.agents.directory.find(agentId)).toMatchObject({ phase: 'CONNECTED', journalId: 'other' })
    first.socket.terminate()
  })
})

describe('what an agent must not send', () => {
  let center: TestGateway
  beforeAll(async () => {
    center = await testGateway({ limits: { helloTimeoutMs: 400 }, maxPayload: 64 * 1024 })
  })
  afterAll(() => center.close())

  it('reports, pings or goodbyes before its welcome', async () => {
    for (const message of [ended(1), encode('AgentPing', { clockMs: 1 }), encode('AgentGoodbye', { reason: '' })]) {
      const agent = await TestAgent.connect(center.url)
      agent.say(message)
      expect(await agent.closed()).toBe('4400 FRAME_INVALID')
    }
  })

  it('a second hello, or a hello with something behind it', async () => {
    const twice = await TestAgent.join(center.url)
    twice.say(encode('AgentHello', testHello()))
    expect(await twice.closed()).toBe('4400 FRAME_INVALID')
    const more = await TestAgent.connect(center.url)
    more.say(encode('AgentHello', testHello()), ended(1))
    expect(await more.closed()).toBe('4400 FRAME_INVALID')
  })

  it('an instruction, an event, an empty frame, or a report of no task', async () => {
    const wrong = encode('AttemptStarted', { reportId: 1, taskId: '../x', attempt: 1, happenedAt: 1 })
    const open = encode('AgentHello', testHello({ openAttempts: [{ taskId: 'no task', attempt: 1, phase: 'ENDED' }] }))
    const stranger = await TestAgent.connect(center.url)
    stranger.say(open)
    expect(await stranger.closed()).toBe('4400 FRAME_INVALID')
    const noAttempt = encode('AttemptStarted', { reportId: 1, taskId: '0123456789ABCDEF', attempt: 0, happenedAt: 1 })
    for (const message of [[runTask(1)], [encode('AgentIpReleased', { ip: '', agentId: '' })], [], [wrong], [noAttempt]]) {
      const agent = await TestAgent.join(center.url)
      agent.say(...message)
      expect(await agent.closed()).toBe('4400 FRAME_INVALID')
    }
    expect(center.recorded).toEqual([])
  })

  it('text, or a frame larger than the limit', async () => {
    const text = await TestAgent.join(center.url)
    text.socket.send('hello')
    expect(await text.closed()).toBe('4400 FRAME_INVALID')
    const large = await TestAgent.join(center.url)
    large.say(ended(1, 'x'.repeat(70 * 1024)))
    expect(await large.closed()).toMatch(/^1009/)
  })

  it('nothing at all', async () => {
    const agent = await TestAgent.connect(center.url)
    expect(await agent.closed()).toBe('4408 HELLO_TIMEOUT')
  })

  it('garbage of any kind, which ends its own link and nobody else’s', async () => {
    const witness = await TestAgent.join(center.url)
    const valid = encode('Frame', { messages: [acknowledged(1), started(2), ended(3)] })
    const hello = encode('Frame', { messages: [encode('AgentHello', testHello())] })
    const changed = fc.tuple(fc.constantFrom(valid, hello), fc.array(fc.tuple(fc.nat(10_000), fc.nat(255)), { minLength: 1, maxLength: 5 })).map(flip)
    const garbage = fc.oneof(fc.uint8Array({ maxLength: 300 }).map(Buffer.from), changed)
    await fc.assert(
      fc.asyncProperty(garbage, fc.boolean(), async (bytes, isJoined) => {
        const agent = await (isJoined ? TestAgent.join(center.url) : TestAgent.connect(center.url))
        agent.socket.send(bytes)
        // Some changed bytes are still a valid frame, so the link may also stay open.
        await until(() => agent.closeCode !== null || agent.frames.length > (isJoined ? 1 : 0), 'an answer')
        agent.socket.terminate()
      }),
      { numRuns: 150 },
    )
    witness.say(acknowledged(99))
    await until(() => witness.receipts().includes(99), 'the receipt of the witness')
  })
})

function flip([bytes, changes]: [Buffer, [number, number][]]): Buffer {
  const copy = Buffer.from(bytes)
  for (const [at, value] of changes) copy[at % copy.length] = value
  return copy
}
