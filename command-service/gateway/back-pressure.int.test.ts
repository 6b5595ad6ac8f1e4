import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { ended, runTask } from '../tests/messages.ts'
import { TestAgent, testHello, until } from '../tests/test-agent.ts'
import { type TestGateway, testGateway } from '../tests/test-gateway.ts'

describe('back-pressure of the gateway', () => {
  let center: TestGateway
  afterEach(() => center.close())

  it('stops reading an agent that is too far ahead of its receipts, and goes on when they are out', async () => {
    center = await testGateway({ limits: { maxUnreceipted: 10 } })
    const gate = Promise.withResolvers<void>()
    center.tasks.record = () => gate.promise
    const agent = await TestAgent.join(center.url)
    for (let id = 1; id <= 500; id++) agent.say(ended(id, 'x'.repeat(1_000)))
    await until(async () => (await paused(center)) === 1, 'the pause')
    // At most the reports that were already in one read of the socket.
    expect(await unreceipted(center)).toBeLessThan(250)
    gate.resolve()
    await until(() => agent.receipts().length === 500, 'all receipts')
    expect(await paused(center)).toBe(0)
    expect(await unreceipted(center)).toBe(0)
  })

  it('stops reading an agent whose reports in flight are too large, however few they are', async () => {
    center = await testGateway({ limits: { unreceiptedBytes: 1024 * 1024 } })
    const gate = Promise.withResolvers<void>()
    center.tasks.record = () => gate.promise
    const agent = await TestAgent.join(center.url)
    for (let id = 1; id <= 100; id++) agent.say(ended(id, 'x'.repeat(256 * 1024)))
    await until(async () => (await paused(center)) === 1, 'the pause')
    expect(await unreceipted(center)).toBeLessThan(10)
    gate.resolve()
    await until(() => agent.receipts().length === 100, 'all receipts')
    expect(await unreceipted(center)).toBe(0)
  })

  it('stops reading whoever comes on top of a full gateway', async () => {
    center = await testGateway({ limits: { maxUnreceiptedOfAll: 3 } })
    const gate = Promise.withResolvers<void>()
    center.tasks.record = () => gate.promise
    const agents = await Promise.all([1, 2, 3].map(() => TestAgent.join(center.url)))
    for (const agent of agents) agent.say(ended(1), ended(2))
    await until(async () => (await paused(center)) > 0, 'a pause')
    gate.resolve()
    await until(() => agents.every((agent) => agent.receipts().length === 2), 'all receipts')
    expect(await paused(center)).toBe(0)
  })

  it('takes no more for an agent that does not read, while the others get theirs', async () => {
    center = await testGateway()
    const slowHello = testHello()
    const slow = await TestAgent.join(center.url, slowHello)
    const quickHello = testHello()
    const quick = await TestAgent.join(center.url, quickHello)
    slow.socket.pause()
    const param = 'x'.repeat(60_000)
    let taken = 0
    await until(() => {
      if (!center.links.send(slowHello.agentId, runTask(100 + taken, param))) return true
      taken += 1
      return false
    }, 'the congestion')
    expect(taken).toBeGreaterThan(10)
    expect(center.links.send(quickHello.agentId, runTask(1))).toBe(true)
    await quick.heard('RunTask')
    slow.socket.resume()
    await until(() => slow.all('RunTask').length === taken, 'all that was taken')
    expect(center.links.send(slowHello.agentId, runTask(2))).toBe(true)
  })

  it('cuts off an agent that is silent for longer than the grace', async () => {
    center = await testGateway({ agentLostAfterMs: 200 })
    const agent = await TestAgent.join(center.url)
    if (agent.closeCode === null) await once(agent.socket, 'close')
    expect(agent.closeReason === 'SILENT' || agent.closeCode === 1006).toBe(true)
  })
})

async function paused(center: TestGateway): Promise<number> {
  return gauge(center, 'elves_gateway_paused_sessions')
}

async function unreceipted(center: TestGateway): Promise<number> {
  return gauge(center, 'elves_gateway_unreceipted_reports')
}

async function gauge(center: TestGateway, name: string): Promise<number> {
  const metric = await center.registry.getSingleMetric(name)?.get()
  return metric?.values[0]?.value ?? Number.NaN
}
