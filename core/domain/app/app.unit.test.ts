import { expect, test } from 'vitest'
import { given } from '../testing/given.ts'
import { appAggregate } from './app.ts'
import type { AdvanceRollout, ReleaseVersion } from './commands.ts'
import { placeInRollout, wholeCut } from './place.ts'
import type { AppEvent, AppState } from './state.ts'
import { wantedVersion } from './wanted.ts'

const { decider } = appAggregate
const app = 'shop'
const agents = Array.from({ length: 20 }, (_, index) => index.toString(16).padStart(32, '0'))
const created: AppEvent = { type: 'AppCreated', data: { app, displayName: '', description: '' } }
const uploaded = (version: string): AppEvent => ({
  type: 'AppVersionUploaded',
  data: { app, version, sha256: version.padStart(64, '0'), bytes: 1, unpackedBytes: 1, files: 1, manifest: null },
})
const base = [created, uploaded('1'), uploaded('2'), uploaded('3')]
const release = (version: string, changes: Partial<ReleaseVersion> = {}): ReleaseVersion => ({
  type: 'ReleaseVersion',
  app,
  version,
  batches: ['100%'],
  pauseMs: 0,
  confirm: false,
  maxFailed: '0',
  idempotencyKey: null,
  ...changes,
})
const advance = (number: number, changes: Partial<AdvanceRollout> = {}): AdvanceRollout => ({
  type: 'AdvanceRollout',
  app,
  rolloutId: `${app}:${number}`,
  agentIds: agents,
  counts: { installed: 0, failed: 0, waiting: 0 },
  awaited: 0,
  isRested: true,
  ...changes,
})

function after(past: readonly AppEvent[], ...commands: Parameters<typeof decider.decide>[0][]): { state: AppState; events: AppEvent[] } {
  let state = past.reduce(decider.evolve, decider.initialState)
  const events: AppEvent[] = []
  for (const command of commands) {
    const decided = decider.decide(command, state)
    if ('rejected' in decided) throw new Error(decided.rejected)
    events.push(...decided)
    state = decided.reduce(decider.evolve, state)
  }
  return { state, events }
}

const done = after(base, release('1'), advance(1), advance(1)).events
const typesOf = (events: readonly AppEvent[]) => events.map(({ type }) => type)

test('creates an app once, and refuses another text under its name, and a name that can not be', () => {
  const create = { type: 'CreateApp', app, displayName: '', description: '' } as const
  given(decider, []).when(create).then([created])
  given(decider, [created]).when(create).then([])
  given(decider, [created])
    .when({ ...create, description: 'other' })
    .then('APP_EXISTS')
  given(decider, [])
    .when({ ...create, app: '../x' })
    .then('APP_INVALID')
  given(decider, []).when({ type: 'BanApp', app, reason: null }).then('APP_UNKNOWN')
})

test('a version is uploaded once; other bytes under its name are refused', () => {
  const again = {
    type: 'UploadVersion',
    ...(uploaded('1').data as { app: string; version: string; sha256: string; bytes: number; unpackedBytes: number; files: number; manifest: null }),
  } as const
  given(decider, [created])
    .when(again)
    .then([uploaded('1')])
  given(decider, base).when(again).then([])
  given(decider, base)
    .when({ ...again, sha256: 'f'.repeat(64) })
    .then('APP_VERSION_EXISTS')
  given(decider, base)
    .when({ ...again, version: '../1' })
    .then('APP_VERSION_INVALID')
  given(decider, base)
    .when({ ...again, version: 'constructor' })
    .then([{ type: 'AppVersionUploaded', data: { ...(uploaded('1').data as object), version: 'constructor' } as never }])
})

test('a rollout goes batch by batch, the last one being all agents, and ends with the version released', () => {
  const { events, state } = after(
    base,
    release('1', { batches: ['10%', '50%'] }),
    advance(1),
    advance(1),
    advance(1),
    advance(1),
    advance(1),
    advance(1),
  )
  expect(typesOf(events)).toEqual([
    'AppVersionReleased',
    'RolloutBatchBegun',
    'RolloutBatchEnded',
    'RolloutBatchBegun',
    'RolloutBatchEnded',
    'RolloutBatchBegun',
    'RolloutDone',
  ])
  expect(events.flatMap(({ type, data }) => (type === 'RolloutBatchBegun' ? [data.agents] : []))).toEqual([2, 10, 20])
  expect(state).toMatchObject({ releases: ['1'], rollout: null })
})

test('each batch reaches as many agents as it says, and those before it', () => {
  const first = after(base, release('1', { batches: ['10%', '50%'] }), advance(1)).state
  const second = after(base, release('1', { batches: ['10%', '50%'] }), advance(1), advance(1), advance(1)).state
  const reached = (state: AppState) => agents.filter((id) => wantedVersion(state, id, null) === '1')
  expect(reached(first)).toHaveLength(2)
  expect(reached(second)).toHaveLength(10)
  expect(reached(second)).toEqual(expect.arrayContaining(reached(first)))
})

test('a batch waits for its agents that are connected, and a rest for its time', () => {
  const begun = after(base, release('1', { batches: ['10%', '100%'], pauseMs: 1_000 }), advance(1)).events
  given(decider, [...base, ...begun])
    .when(advance(1, { awaited: 1 }))
    .then([])
  const ended = after([...base, ...begun], advance(1)).events
  given(decider, [...base, ...begun, ...ended])
    .when(advance(1, { isRested: false }))
    .then([])
})

test('a batch whose agents are all away does not end; one success ends it, and so does one failure that is tolerated', () => {
  const begun = after(base, release('1', { batches: ['10%', '100%'], maxFailed: '1' }), advance(1)).events
  const past = [...base, ...begun]
  given(decider, past)
    .when(advance(1, { counts: { installed: 0, failed: 0, waiting: 2 } }))
    .then([])
  for (const counts of [
    { installed: 1, failed: 0, waiting: 1 },
    { installed: 0, failed: 1, waiting: 1 },
  ]) {
    given(decider, past)
      .when(advance(1, { counts }))
      .then([{ type: 'RolloutBatchEnded', data: { app, rolloutId: 'shop:1', batch: 1, ...counts } }])
  }
  const last = after(past, advance(1, { counts: { installed: 2, failed: 0, waiting: 0 } }), advance(1)).events
  given(decider, [...past, ...last])
    .when(advance(1, { counts: { installed: 0, failed: 0, waiting: 20 } }))
    .then([])
})

test('more failures than may be roll back, at the threshold not', () => {
  const past = [...base, ...done, ...after([...base, ...done], release('2', { batches: ['50%', '100%'], maxFailed: '10%' }), advance(2)).events]
  given(decider, past)
    .when(advance(2, { counts: { installed: 7, failed: 2, waiting: 1 }, awaited: 1 }))
    .then([])
  const { events, state } = after(past, advance(2, { counts: { installed: 7, failed: 3, waiting: 0 } }))
  expect(events).toMatchObject([{ type: 'RolloutRolledBack', data: { cause: 'FAILURES', failed: 3 } }])
  expect(agents.map((id) => wantedVersion(state, id, '2'))).toEqual(agents.map(() => '1'))
})

test('a rollout that is paused, or waits for a word, begins no batch until it is resumed', () => {
  const paused = after(base, release('1', { batches: ['10%', '100%'] }), { type: 'PauseRollout', app, rolloutId: 'shop:1' }).events
  given(decider, [...base, ...paused])
    .when(advance(1))
    .then([])
  const waiting = after(base, release('1', { batches: ['10%', '100%'], confirm: true }), advance(1), advance(1)).events
  given(decider, [...base, ...waiting])
    .when(advance(1))
    .then([])
  const { events } = after([...base, ...waiting], { type: 'ResumeRollout', app, rolloutId: 'shop:1' }, advance(1))
  expect(typesOf(events)).toEqual(['RolloutResumed', 'RolloutBatchBegun'])
})

test('of two releases at the same moment the second stops the first, and agents keep what they have until it reaches them', () => {
  const { events, state } = after(
    [...base, ...done],
    release('2', { batches: ['50%', '100%'] }),
    advance(2),
    release('3', { batches: ['10%', '100%'] }),
  )
  expect(typesOf(events).slice(-2)).toEqual(['RolloutStopped', 'AppVersionReleased'])
  expect(events.at(-1)?.data).toMatchObject({ from: '1', version: '3', rolloutId: 'shop:3' })
  expect(wantedVersion(state, agents[0] ?? '', '2')).toBe('2')
  expect(wantedVersion(state, agents[0] ?? '', null)).toBe('1')
  given(decider, [...base, ...done, ...events])
    .when(advance(2))
    .then([])
})

test('a ban amid a rollout stops it, and nobody shall have the app; after it, all have what was released before', () => {
  const { events, state } = after([...base, ...done], release('2'), advance(2), { type: 'BanApp', app, reason: null })
  expect(typesOf(events).slice(-2)).toEqual(['AppBanned', 'RolloutStopped'])
  expect(wantedVersion(state, agents[0] ?? '', '2')).toBeNull()
  given(decider, [...base, ...done, ...events])
    .when(release('3'))
    .then('APP_BANNED')
  const unbanned = after([...base, ...done, ...events], { type: 'UnbanApp', app }).state
  expect(wantedVersion(unbanned, agents[0] ?? '', null)).toBe('1')
})

test('a version that is withdrawn is nobody’s: its rollout rolls back, and agents go to the release before', () => {
  const amid = after([...base, ...done], release('2'), advance(2), { type: 'WithdrawVersion', app, version: '2', reason: null })
  expect(typesOf(amid.events).slice(-2)).toEqual(['AppVersionWithdrawn', 'RolloutRolledBack'])
  expect(wantedVersion(amid.state, agents[0] ?? '', '2')).toBe('1')
  const later = after([...base, ...done], release('2'), advance(2), advance(2), { type: 'WithdrawVersion', app, version: '2', reason: null }).state
  expect(wantedVersion(later, agents[0] ?? '', '2')).toBe('1')
  given(decider, [...base, ...amid.events])
    .when(release('2'))
    .then('APP_VERSION_WITHDRAWN')
})

test('refuses batches and thresholds that can not be, a rollout that has ended, and one that never was', () => {
  for (const batches of [[], ['0.5'], ['101%'], ['50%', '10%'], ['10%', '10%'], ['x']])
    given(decider, base).when(release('1', { batches })).then('ROLLOUT_INVALID')
  for (const maxFailed of ['', '-1', '200%']) given(decider, base).when(release('1', { maxFailed })).then('ROLLOUT_INVALID')
  given(decider, base).when(release('9')).then('APP_VERSION_UNKNOWN')
  given(decider, [...base, ...done])
    .when({ type: 'PauseRollout', app, rolloutId: 'shop:1' })
    .then('ROLLOUT_ENDED')
  given(decider, [...base, ...done])
    .when({ type: 'PauseRollout', app, rolloutId: 'shop:2' })
    .then('ROLLOUT_UNKNOWN')
})

test('a key releases once', () => {
  const { events } = after(base, release('1', { idempotencyKey: 'k' }))
  given(decider, [...base, ...events])
    .when(release('1', { idempotencyKey: 'k' }))
    .then([])
  given(decider, [...base, ...events])
    .when(release('2', { idempotencyKey: 'k' }))
    .then('IDEMPOTENCY_KEY_REUSED')
})

test('binds by selectors, once each, and refuses what is none', () => {
  const bind = { type: 'BindApp', app, selector: 'env=prod' } as const
  given(decider, base)
    .when(bind)
    .then([{ type: 'AppBound', data: { app, selector: 'env=prod' } }])
  given(decider, base).when(bind, bind).then([])
  given(decider, base)
    .when({ ...bind, selector: 'env=(' })
    .then('SELECTOR_INVALID')
  given(decider, base).when({ type: 'UnbindApp', app, selector: '' }).then('BINDING_UNKNOWN')
})

test('places differ by rollout, and stay within the cut of all', () => {
  const places = agents.map((id) => placeInRollout('shop:1', id))
  expect(new Set(places).size).toBe(agents.length)
  expect(Math.max(...places)).toBeLessThanOrEqual(wholeCut)
  expect(agents.map((id) => placeInRollout('shop:2', id))).not.toEqual(places)
})

test('before the first release, a rollout that is rolled back goes back to what the one before it had brought, agent by agent', () => {
  const first = after(base, release('1', { batches: ['50%', '100%'] }), advance(1))
  const reached = agents.filter((id) => wantedVersion(first.state, id, null) === '1')
  expect(reached).toHaveLength(10)
  const second = after([...base, ...first.events], release('2', { batches: ['80%', '100%'] }), advance(2))
  const back = after([...base, ...first.events, ...second.events], advance(2, { counts: { installed: 0, failed: 1, waiting: 0 } }))
  expect(typesOf(back.events)).toEqual(['RolloutRolledBack'])
  for (const current of ['2', '1', null]) {
    expect(agents.filter((id) => wantedVersion(back.state, id, current) === '1')).toEqual(reached)
    expect(agents.filter((id) => wantedVersion(back.state, id, current) === null)).toHaveLength(10)
  }
  const past = [...base, ...first.events, ...second.events, ...back.events]
  const withdrawn = after(past, { type: 'WithdrawVersion', app, version: '1', reason: null }).state
  expect(agents.map((id) => wantedVersion(withdrawn, id, '1'))).toEqual(agents.map(() => null))
  // What was taken back is no version to go back to, however it was tried before.
  const third = after(past, release('1', { maxFailed: '0' }), advance(3), advance(3, { counts: { installed: 0, failed: 1, waiting: 0 } })).state
  expect(agents.map((id) => wantedVersion(third, id, '1'))).toEqual(agents.map(() => null))
})

test('the first rollout of all leaves nothing where it is rolled back, and once something was released, that counts', () => {
  const failed = { counts: { installed: 0, failed: 1, waiting: 0 } }
  const alone = after(base, release('1'), advance(1), advance(1, failed)).state
  expect(wantedVersion(alone, agents[0] ?? '', '1')).toBeNull()
  const later = after([...base, ...done], release('2'), advance(2), release('3'), advance(3), advance(3, failed)).state
  expect(agents.map((id) => wantedVersion(later, id, '3'))).toEqual(agents.map(() => '1'))
})
