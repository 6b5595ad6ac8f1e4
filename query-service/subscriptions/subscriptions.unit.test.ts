import { agentIpAggregate } from '@elves/core/domain/agent-ip/agent-ip.ts'
import { memoryEventStore } from '@elves/core/eventing/memory/memory-event-store.ts'
import type { Position } from '@elves/core/eventing/position.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { memoryCommandApi } from '@elves/tests/support/memory-command-api.ts'
import { memoryReadModels } from '@elves/tests/support/memory-read-models.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { agentChanges } from '../agents/changes.ts'
import { type Change, transitionsOf } from './change.ts'
import { followed } from './followed.ts'
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

test('events are followed without views; who looks at views later sees what happened meanwhile, too', async () => {
  const store = memoryEventStore()
  const commands = memoryCommandApi(store)
  const readModels = memoryReadModels(store)
  let reads = 0
  const whole = logOfStore(store)
  const log: FollowedLog = {
    ...whole,
    streamEvents(...asked) {
      reads += 1
      return whole.streamEvents(...asked)
    },
  }
  const owners = followed({
    name: 'owners',
    of: [agentIpAggregate],
    evolve: (view: { readonly owners: readonly string[] } | null, _ip, { event }) => ({ owners: [...(view?.owners ?? []), event.data.agentId] }),
  })
  const openLog = async () => log
  const tested = subscriptions({ readModels, openLog, kinds: [owners], logger: silentLogger, registry: new Registry(), bufferSize: 100 })
  const claim = (agentId: string) =>
    commands.append('agentip-1', [{ type: 'AgentIpClaimed', data: { ip: '1', agentId: agentId.repeat(32), previousAgentId: null } }])
  const firsts = (change: Change) => transitionsOf(change, owners).map(({ after }) => after.owners.map(([letter]) => letter).join(''))
  try {
    const events = await tested.events((recorded) => (agentIpAggregate.isEvent(recorded) ? [recorded.event.data.agentId[0]] : []))
    await claim('a')
    await claim('b')
    expect([(await events.next()).value, (await events.next()).value]).toEqual(['a', 'b'])
    expect(reads).toBe(0)
    for (const [letter, expected] of [
      ['c', 'abc'],
      ['e', 'abcde'],
    ] as const) {
      const views = await tested.open(null, firsts)
      await claim(letter)
      expect([(await events.next()).value, (await views.next()).value]).toEqual([letter, expected])
      await views.return?.()
      await claim('d')
      expect((await events.next()).value).toBe('d')
    }
    await events.return?.()
  } finally {
    await tested.stop()
    await readModels.close()
    await store.close()
  }
})
