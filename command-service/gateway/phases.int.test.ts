import { randomAgentId } from '@elves/core/foundation/ids.ts'
import { encode } from '@elves/schemas/codec/codec.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { acknowledged, runTask } from '../tests/messages.ts'
import { RawAgent } from '../tests/raw-agent.ts'
import { TestAgent, testHello, until } from '../tests/test-agent.ts'
import { type TestGateway, type TestGatewayOptions, testGateway } from '../tests/test-gateway.ts'

let center: TestGateway
let raws: RawAgent[]
beforeEach(() => {
  raws = []
})
afterEach(async () => {
  for (const raw of raws) raw.drop()
  await center.close()
})

async function open(options: TestGatewayOptions): Promise<void> {
  center = await testGateway(options)
}

async function raw(): Promise<RawAgent> {
  const agent = await RawAgent.upgraded(center.url)
  raws.push(agent)
  return agent
}

async function metric(name: string): Promise<number> {
  const found = await center.registry.getSingleMetric(name)?.get()
  return found?.values[0]?.value ?? Number.NaN
}

describe('every phase of a link has its time', () => {
  it('the hello, counted from the connection on, whatever is announced or trickles in', async () => {
    await open({ limits: { helloTimeoutMs: 300 } })
    const announced = await raw()
    announced.begin(900_000, 0)
    const trickling = await raw()
    trickling.begin(900_000, 0)
    const trickle = setInterval(() => trickling.socket.write(Buffer.of(0)), 20)
    await Promise.all([announced.ended(), trickling.ended()])
    clearInterval(trickle)
    expect(await metric('elves_gateway_newcomers')).toBe(0)
    expect(await metric('elves_gateway_newcomer_bytes')).toBe(0)
  })

  it('the answer to a hello', async () => {
    await open({ limits: { joinTimeoutMs: 100 } })
    const looking = Promise.withResolvers<readonly Uint8Array[]>()
    center.tasks.reconcile = () => looking.promise
    const agent = await TestAgent.connect(center.url)
    agent.say(encode('AgentHello', testHello()))
    expect(await agent.closed()).toBe('1013 JOIN_TIMEOUT')
    looking.resolve([])
  })

  it('a goodbye whose reports are not recorded', async () => {
    await open({ limits: { leaveTimeoutMs: 100 } })
    const recording = Promise.withResolvers<void>()
    center.tasks.record = () => recording.promise
    const agent = await TestAgent.join(center.url)
    agent.say(acknowledged(1), encode('AgentGoodbye', { reason: '' }))
    expect(await agent.closed()).toBe('1001 LEAVE_TIMEOUT')
    recording.resolve()
  })

  it('a close that the other side does not answer', async () => {
    await open({})
    const agent = await raw()
    agent.socket.write(agent.frame(0x81, Buffer.from('text')))
    await agent.ended()
  })

  it('what is sent and not fetched, also by one that goes on talking', async () => {
    await open({ agentLostAfterMs: 300 })
    const agentId = randomAgentId()
    const agent = await TestAgent.join(center.url, { agentId })
    agent.socket.pause()
    // More bytes than the network buffers hold, fewer than the limit at which a link is cut at once.
    await until(() => !center.links.send(agentId, runTask(1, 'x'.repeat(60_000))), 'a congested link')
    const talking = setInterval(() => agent.say(encode('AgentPing', { clockMs: 1 })), 20)
    await until(() => !center.links.isConnected(agentId), 'the end of the link')
    clearInterval(talking)
    agent.socket.terminate()
  })
})

describe('strangers', () => {
  it('that flood a link with pings lose it', async () => {
    await open({ limits: { controlFrames: 50, sweepIntervalMs: 60_000 } })
    const agent = await raw()
    agent.socket.write(Buffer.concat(Array.from({ length: 60 }, () => agent.frame(0x89, Buffer.from('ping')))))
    await agent.ended()
  })

  it('in too great a number make room for others: the one that has waited longest goes first', async () => {
    await open({ limits: { newcomers: 3 } })
    const first = await TestAgent.connect(center.url)
    const others = await Promise.all([TestAgent.connect(center.url), TestAgent.connect(center.url)])
    await TestAgent.join(center.url)
    expect(await first.closed()).toBe('1013 OVERLOADED')
    expect(others.map(({ closeCode }) => closeCode)).toEqual([null, null])
    expect(await metric('elves_gateway_newcomers')).toBe(2)
  })

  it('hold no more of their hellos in memory than the bound, all together', async () => {
    await open({ limits: { newcomerBytes: 1024 * 1024 } })
    const first = await raw()
    first.begin(1_000_000, 700_000)
    const second = await raw()
    second.begin(1_000_000, 700_000)
    await first.ended()
    expect(await metric('elves_gateway_newcomer_bytes')).toBeLessThan(1024 * 1024)
    await TestAgent.join(center.url)
    expect(second.socket.readableEnded).toBe(false)
  })

  it('gather no frame of more pieces than the bound', async () => {
    await open({})
    const agent = await raw()
    const piece = agent.frame(0x00, Buffer.of(1))
    agent.socket.write(Buffer.concat([agent.frame(0x02, Buffer.of(1)), ...Array.from({ length: 1_000 }, () => piece)]))
    await agent.ended()
  })
})
