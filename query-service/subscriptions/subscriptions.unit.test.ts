import { memoryEventStore } from '@elves/core/eventing/memory/memory-event-store.ts'
import type { Position } from '@elves/core/eventing/position.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import { memoryCommandApi } from '@elves/tests/support/memory-command-api.ts'
import { memoryReadModels } from '@elves/tests/support/memory-read-models.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { expect, test } from 'vitest'
import type { Change } from './change.ts'
import { subscriptions } from './subscriptions.ts'

test('repeats nothing where the replay has got further than the live feed', async () => {
  const store = memoryEventStore()
  const commands = memoryCommandApi(store)
  const memory = memoryReadModels(store)
  const held = Promise.withResolvers<void>()
  let reads = 0
  const readModels: ReadModels = {
    ...memory,
    // The first read is the live feed's.
    eventsAfter: async (after, limit) => {
      const events = await memory.eventsAfter(after, limit)
      if (++reads === 1) await held.promise
      return events
    },
  }
  const tested = subscriptions({ readModels, logger: silentLogger, bufferSize: 100 })
  const select = (change: Change): readonly Position[] => [change.recorded.position]
  async function appendOne(): Promise<Position> {
    await commands.append('agentip-1', [{ type: 'AgentIpClaimed', data: { ip: '1', agentId: 'c'.repeat(32), previousAgentId: null } }])
    const head = await store.head()
    await waitFor(async () => (await memory.position()) === head)
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
    await memory.close()
    await store.close()
  }
})
