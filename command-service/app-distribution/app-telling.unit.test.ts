import { agentAppsAggregate, agentAppsStream } from '@elves/core/domain/agent-apps/agent-apps.ts'
import { openAggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import { memoryEventStore } from '@elves/core/eventing/memory/memory-event-store.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { expect, test } from 'vitest'
import { contextOfPart } from '../tasks/system-context.ts'
import { AppTelling, type AppTellingOptions } from './app-telling.ts'
import type { AppOfAgent, DistributionTables } from './distribution-tables.ts'

const agentId = 'a'.repeat(32)
const app = 'shop'
const minuteMs = 60_000

/** An agent that shall have an app, and whose link only counts what it was told. */
async function told(outcome: AppOfAgent['outcome']) {
  const aggregates = openAggregates({ store: memoryEventStore(), cacheSize: 10 })
  const wanted = { version: '1', sha256: '1'.repeat(64), bytes: 1, rolloutId: null }
  const commands = [{ type: 'WantApps', agentId, wishes: [{ app, wanted }] }] as const
  await aggregates.handle({ aggregate: agentAppsAggregate, stream: agentAppsStream(agentId), commands, context: contextOfPart('test', 'test') })
  const seen = { told: 0, nowMs: 100 * minuteMs, isDown: false, isCongested: false }
  const agents: AppTellingOptions['agents'] = {
    refresh: (streams) => aggregates.refresh(streams),
    loadMany: (...asked) => (seen.isDown ? Promise.reject(new ElvesError('STORE_UNAVAILABLE', 'down')) : aggregates.loadMany(...asked)),
  }
  const send = () => {
    if (!seen.isCongested) seen.told += 1
    return !seen.isCongested
  }
  const links = { isConnected: async () => true, send } as never
  const row: AppOfAgent = { agentId, app, wanted: '1', installed: outcome === 'INSTALLED' ? '1' : null, outcome, switchingAt: 0 }
  const tables = { apps: new Map([[agentId, new Map([[app, row]])]]) } as unknown as DistributionTables
  const telling = new AppTelling({ agents, links, logId: async () => 'log', now: () => seen.nowMs })
  const after = async (minutes: number) => {
    seen.nowMs += minutes * minuteMs
    const before = seen.told
    await telling.tell(tables)
    return seen.told - before
  }
  return { telling, seen, after }
}

test('what has failed is asked for again, less often than what was not answered; what is installed is not', async () => {
  const timesTold = async (outcome: AppOfAgent['outcome']) => {
    const { telling, after } = await told(outcome)
    telling.changed(agentId)
    return [await after(0), await after(1), await after(10), await after(1)]
  }
  expect(await timesTold('PENDING')).toEqual([1, 1, 1, 1])
  expect(await timesTold('FAILED')).toEqual([1, 0, 1, 0])
  expect(await timesTold('INSTALLED')).toEqual([1, 0, 0, 0])
})

test('an agent that could not be told because the store was away is told when it is back', async () => {
  const { telling, seen, after } = await told('INSTALLED')
  telling.changed(agentId)
  seen.isDown = true
  await expect(after(0)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
  seen.isDown = false
  expect(await after(0)).toBe(1)
  expect(await after(0)).toBe(0)
})

test('an agent whose link took nothing over is told at the next look', async () => {
  const { telling, seen, after } = await told('INSTALLED')
  telling.changed(agentId)
  seen.isCongested = true
  expect(await after(0)).toBe(0)
  seen.isCongested = false
  expect(await after(0)).toBe(1)
  expect(await after(0)).toBe(0)
})
