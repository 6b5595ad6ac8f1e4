import { memoryEventStore } from '@elves/core/eventing/memory/memory-event-store.ts'
import type { Position } from '@elves/core/eventing/position.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { memoryCommandApi } from '@elves/tests/support/memory-command-api.ts'
import { memoryReadModels } from '@elves/tests/support/memory-read-models.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { agentChanges } from '../agents/changes.ts'
import type { Change } from './change.ts'
import { type FollowedLog, logOfStore } from './followed-log.ts'
import { subscriptions } from './subscriptions.ts'

test('repeats nothing where the replay has got further than the live feed', async () => {
  const store = memoryEventStore()
  const commands = memoryCommandApi(store)
  const readModels = memoryReadModels(store)
  const held = Promise.withResolvers<void>()
  const log: FollowedLog = {
    ...logOfStore(store),
    async *subscribe(options) {
      await held.promise
      yield* store.subscribe(options)
    },
  }
  const openLog = async () => log
  const tested = subscriptions({ readModels, openLog, kinds: [agentChanges], logger: silentLogger, registry: new Registry(), bufferSize: 100 })
  const select = (change: Change): readonly Position[] => [change.position]
  async function appendOne(): Promise<Position> {
    await commands.append('agentip-1', [{ type: 'AgentIpClaimed', data: { ip: '1', agentId: 'c'.repeat(32), previousAgentId: null } }])
    const head = await store.head()
    await waitFor(async () => (await readModels.position()) === head)
    return head
  }
  try {
    const from = await appendOne()
    const live = await tested.open(null, select)
    const replayed = [await appendOne(), await appendOne()]
    const resumed = await tested.open(from, select)
    expect([(await resumed.next()).value, (await resumed.next()).value]).toEqual(replayed)
    const next = resumed.next()
    held.resolve()
    expect([(await live.next()).value, (await live.next()).value]).toEqual(replayed)
    const last = await appendOne()
    expect((await next).value).toBe(last)
  } finally {
    held.resolve()
    await tested.stop()
    await readModels.close()
    await store.close()
  }
})

test('who catches up and takes nothing is closed, and another has the turn', async () => {
  const store = memoryEventStore()
  const commands = memoryCommandApi(store)
  const readModels = memoryReadModels(store)
  const registry = new Registry()
  const openLog = async () => logOfStore(store)
  const tested = subscriptions({ readModels, openLog, kinds: [agentChanges], logger: silentLogger, registry, bufferSize: 100, replayStalledMs: 200 })
  const select = (change: Change): readonly Position[] => [change.position]
  const replays = async () => (await registry.getSingleMetric('elves_subscription_replays')?.get())?.values[0]?.value
  try {
    for (let index = 0; index < 50; index++) {
      const claim = { type: 'AgentIpClaimed', data: { ip: '1', agentId: 'c'.repeat(32), previousAgentId: null } } as const
      await commands.append(`agentip-${index}`, [claim])
    }
    const head = await store.head()
    await waitFor(async () => (await readModels.position()) === head)
    const from = `${head.slice(0, 9)}${'0'.repeat(16)}`
    // As many subscribers as may catch up at the same time; each takes one change and then stops reading.
    const stalled = await Promise.all(Array.from({ length: 32 }, () => tested.open(from, select)))
    for (const one of stalled) await one.next()
    const next = await tested.open(from, select)
    expect((await next.next()).done).toBe(false)
    await waitFor(async () => (await replays()) === 1)
    for (const one of stalled) await expect(one.next()).rejects.toMatchObject({ code: 'SUBSCRIBER_TOO_SLOW' })
    for (let index = 1; index < 50; index++) expect((await next.next()).done).toBe(false)
    await next.return?.()
    await waitFor(async () => (await replays()) === 0)
  } finally {
    await tested.stop()
    await readModels.close()
    await store.close()
  }
})
