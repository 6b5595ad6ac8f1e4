import { wakeUpCall } from '@elves/core/eventing/process-managers/wake-up-call.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { expect, test } from 'vitest'
import { lostProcessing } from './lost-processing.ts'

test('all agents are looked at first, whatever is told meanwhile, and again where what was told could not be looked at', async () => {
  const looks: (readonly string[] | 'ALL')[] = []
  let isAway = false
  const none = {} as never
  const manager = lostProcessing({
    store: none,
    decisions: none,
    aggregates: { loadMany: async () => [] } as never,
    open: {
      ofAgents: async (agentIds) => {
        looks.push(agentIds)
        return []
      },
    },
    caughtUp: async () => {
      if (isAway) throw new Error('the database is away')
    },
    // A busy fleet: somebody has always connected.
    news: { observe: () => true, take: () => ['a'] },
    wakeUp: wakeUpCall(),
    logger: silentLogger,
  })
  await manager.act(none, none)
  await manager.act(none, none)
  isAway = true
  await expect(manager.act(none, none)).rejects.toThrow('away')
  isAway = false
  await manager.act(none, none)
  expect(looks).toEqual(['ALL', ['a'], 'ALL'])
})
