import type { AgentAppEvent } from '@elves/core/domain/agent-apps/agent-apps.ts'
import { cutFor, placeInRollout, wholeCut } from '@elves/core/domain/app/place.ts'
import type { AppEvent } from '@elves/core/domain/app/state.ts'
import { expect, test } from 'vitest'
import type { LoggedEvent } from './apps-of-log.ts'
import { doneProblems, endProblems, stageProblems, streamProblems } from './rollout-findings.ts'

/** A log in which all is well, and what each finding says where something is not. */

const app = 'shop'
const rolloutId = 'shop:1'
const agents = Array.from({ length: 4 }, (_, index) => String(index).repeat(32)).sort(
  (one, other) => placeInRollout(rolloutId, one) - placeInRollout(rolloutId, other),
)
const [first = '', second = '', third = ''] = agents
const counts = { installed: 0, failed: 0, waiting: 0 }

const created: AppEvent = { type: 'AppCreated', data: { app, displayName: '', description: '' } }
const uploaded: AppEvent = {
  type: 'AppVersionUploaded',
  data: { app, version: '1', sha256: '', bytes: 1, unpackedBytes: 1, files: 1, manifest: null },
}
const released: AppEvent = {
  type: 'AppVersionReleased',
  data: { app, version: '1', from: null, rolloutId, batches: ['50%', '100%'], pauseMs: 0, confirm: false, maxFailed: '0', idempotencyKey: '1' },
}
const begun = (batch: number): AppEvent => ({
  type: 'RolloutBatchBegun',
  data: { app, rolloutId, batch, cut: batch === 1 ? cutFor(rolloutId, agents, 2) : wholeCut, agents: batch === 1 ? 2 : 4 },
})
const ended: AppEvent = { type: 'RolloutBatchEnded', data: { app, rolloutId, batch: 1, ...counts, installed: 2 } }
const done: AppEvent = { type: 'RolloutDone', data: { app, rolloutId, version: '1', ...counts, installed: 4 } }
const back = (cause: string, failed = 0): AppEvent => ({
  type: 'RolloutRolledBack',
  data: { app, rolloutId, cause, reason: null, ...counts, failed },
})
const wanted = (agentId: string): AgentAppEvent => ({ type: 'AgentAppWanted', data: { agentId, app, version: '1', sha256: '', bytes: 1, rolloutId } })
const installed = (agentId: string): AgentAppEvent => ({ type: 'AgentAppInstalled', data: { agentId, app, version: '1' } })
const failed = (agentId: string): AgentAppEvent => ({ type: 'AgentAppFailed', data: { agentId, app, version: '1', code: 'X', message: '' } })

function log(...events: readonly (AppEvent | AgentAppEvent)[]): readonly LoggedEvent[] {
  const versions = new Map<string, number>()
  return events.map((event, index) => {
    const stream = 'agentId' in event.data ? `agentapps-${event.data.agentId}` : `app-${app}`
    const version = (versions.get(stream) ?? -1) + 1
    versions.set(stream, version)
    const position = String(index).padStart(8, '0')
    return { ...event, id: position, position, stream, version, recordedAt: new Date(index).toISOString() }
  })
}

const brought = (some: readonly string[]) => some.flatMap((agentId) => [wanted(agentId), installed(agentId)])
const good = log(...[created, uploaded, released, begun(1)], ...brought(agents.slice(0, 2)), ...[ended, begun(2)], ...brought(agents.slice(2)), done)
const ends = (events: readonly LoggedEvent[]) => endProblems(events, () => agents.length)

test('a rollout that went as it should is no finding', () => {
  expect([...streamProblems(good), ...stageProblems(good), ...ends(good)]).toEqual([])
})

test('an event that is missing, or recorded though it was so already, is told', () => {
  expect(streamProblems(good.filter(({ type }) => type !== 'RolloutBatchEnded'))).toHaveLength(1)
  for (const twice of [wanted(first), installed(first)]) {
    expect(streamProblems(log(created, uploaded, released, begun(1), ...brought([first]), twice))).toHaveLength(1)
  }
})

test('an agent that gets a version before its batch, or beyond the number of the batch, is told', () => {
  const before = [created, uploaded, released, begun(1)]
  expect(stageProblems(log(...before, wanted(first), wanted(second)))).toEqual([])
  expect(stageProblems(log(...before, wanted(third)))).toHaveLength(1)
  expect(stageProblems(log(created, uploaded, released, wanted(first), begun(1)))).toHaveLength(1)
  const fewer = { ...begun(1), data: { ...begun(1).data, agents: 1 } } as AppEvent
  expect(stageProblems(log(created, uploaded, released, fewer, wanted(first), wanted(second)))).toHaveLength(1)
})

test('a rollout without an end, with two of them, or with one that nothing explains, is told', () => {
  const before = [created, uploaded, released, begun(1), ...brought([first, second])]
  expect(ends(log(...before))).toEqual([`${rolloutId} has 0 ends`])
  expect(ends([...good, ...log(done)])).toEqual([`${rolloutId} has 2 ends`])
  expect(ends(log(...before, done))).toHaveLength(1)
  expect(ends(log(...before, back('FAILURES', 1)))).toHaveLength(1)
  expect(ends(log(...before, failed(first), back('FAILURES', 1)))).toEqual([])
  expect(ends(log(...before, back('WITHDRAWN')))).toHaveLength(1)
  expect(ends(log(...before, { type: 'AppVersionWithdrawn', data: { app, version: '1', reason: null } }, back('WITHDRAWN')))).toEqual([])
  const stopped = (cause: string): AppEvent => ({ type: 'RolloutStopped', data: { app, rolloutId, cause } })
  expect(ends(log(...before, stopped('BANNED')))).toHaveLength(1)
  expect(ends(log(...before, { type: 'AppBanned', data: { app, reason: null } }, stopped('BANNED')))).toEqual([])
})

test('what was done and is not in the log, and what nobody asked for, is told', () => {
  const asked = [
    { what: 'createApp', app, of: '' },
    { what: 'upload', app, of: '1' },
    { what: 'releaseAppVersion', app, of: '1' },
    { what: 'resumeRollout', app, of: '' },
  ]
  expect(doneProblems(good, asked)).toEqual([])
  expect(doneProblems(good, [...asked, { what: 'banApp', app, of: '' }])).toEqual(['AppBanned shop : done 1 times, 0 times in the log'])
  expect(doneProblems(good, asked.slice(1))).toEqual(['AppCreated shop : done 0 times, 1 times in the log'])
})
