import { randomUUID } from 'node:crypto'
import { allEvents, type ReadModelDatabase, readModelDatabase, rowsOf } from '@elves/tests/support/read-model-database.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AgentAppEvent, agentAppsStream } from '../../domain/agent-apps/agent-apps.ts'
import { appStream } from '../../domain/app/app.ts'
import type { AppEvent } from '../../domain/app/state.ts'
import { appAgentsReadModel } from '../app-agents/index.ts'
import { appsReadModel } from './index.ts'

let database: ReadModelDatabase

beforeAll(async () => {
  database = await readModelDatabase()
})

afterAll(() => database.close())

const context = { actor: { kind: 'LOCAL', id: 'local', name: null }, correlationId: 'c', causationId: null, metadata: {} } as const
const app = 'shop'
const agentId = 'a'.repeat(32)
const sha256 = 'f'.repeat(64)
const [rolloutId, second] = ['shop:1', 'shop:2']
const counts = { installed: 1, failed: 0, waiting: 0 }
const version = (name: string) => ({ app, version: name, sha256, bytes: 10, unpackedBytes: 20, files: 1, manifest: null })
const release = (name: string, id: string, from: string | null) => {
  return { app, version: name, from, rolloutId: id, batches: ['50%', '100%'], pauseMs: 0, confirm: true, maxFailed: '0', idempotencyKey: null }
}

const ofApp: AppEvent[] = [
  { type: 'AppCreated', data: { app, displayName: 'Shop', description: '' } },
  { type: 'AppVersionUploaded', data: version('1') },
  { type: 'AppVersionUploaded', data: version('2') },
  { type: 'AppBound', data: { app, selector: 'env=prod' } },
  { type: 'AppVersionReleased', data: release('1', rolloutId, null) },
  { type: 'RolloutBatchBegun', data: { app, rolloutId, batch: 1, cut: 5, agents: 1 } },
  { type: 'RolloutPaused', data: { app, rolloutId } },
  { type: 'RolloutBatchEnded', data: { app, rolloutId, batch: 1, ...counts } },
  { type: 'RolloutResumed', data: { app, rolloutId } },
  { type: 'RolloutResumed', data: { app, rolloutId } },
  { type: 'RolloutBatchBegun', data: { app, rolloutId, batch: 2, cut: 4_294_967_295, agents: 2 } },
  { type: 'RolloutDone', data: { app, rolloutId, version: '1', ...counts } },
  { type: 'AppVersionReleased', data: release('2', second, '1') },
  { type: 'AppVersionWithdrawn', data: { app, version: '2', reason: 'it leaks' } },
  { type: 'RolloutRolledBack', data: { app, rolloutId: second, cause: 'WITHDRAWN', reason: 'it leaks', installed: 0, failed: 0, waiting: 0 } },
  { type: 'AppBanned', data: { app, reason: null } },
]

const ofAgent: AgentAppEvent[] = [
  { type: 'AgentAppWanted', data: { agentId, app, version: '1', sha256, bytes: 10, rolloutId } },
  { type: 'AgentAppFailed', data: { agentId, app, version: '1', code: 'PACKAGE_CHANGED', message: 'why' } },
  { type: 'AgentAppInstalled', data: { agentId, app, version: '1' } },
  { type: 'AgentAppUnwanted', data: { agentId, app } },
  { type: 'AgentAppRemoved', data: { agentId, app } },
]

test('an app, its versions and its rollouts are rows with their states, also where events come one by one or again', async () => {
  const append = (stream: string, events: readonly (AppEvent | AgentAppEvent)[]) => ({
    stream,
    expectedVersion: -1,
    events: events.map((event) => ({ id: randomUUID(), event, context })),
  })
  await database.store.append([append(appStream(app), ofApp), append(agentAppsStream(agentId), ofAgent)])
  const events = await allEvents(database.store)
  const rows = await rowsOf(database.pool, appsReadModel, events)
  const details = (row: unknown) => JSON.parse((row as { details: string }).details) as Record<string, unknown>
  expect(rows['apps']).toMatchObject([{ id: app, state: 'BANNED' }])
  expect(details(rows['apps']?.[0])).toMatchObject({ releases: ['1'], rolloutId: null, bindings: [{ selector: 'env=prod' }] })
  expect(rows['app_versions']).toMatchObject([
    { id: 'shop/1', state: 'RELEASED' },
    { id: 'shop/2', state: 'WITHDRAWN' },
  ])
  expect(rows['rollouts']).toMatchObject([
    { id: rolloutId, state: 'DONE' },
    { id: second, state: 'ROLLED_BACK' },
  ])
  expect(details(rows['rollouts']?.[0])).toMatchObject({ batch: 2, counts, isConfirming: false })
  const agents = await rowsOf(database.pool, appAgentsReadModel, events)
  expect(agents['app_agents']).toMatchObject([{ id: `shop/${agentId}`, state: 'REMOVED', app, agent_id: agentId, rollout_id: null }])
})
