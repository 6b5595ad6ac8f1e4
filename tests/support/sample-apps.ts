import { randomUUID } from 'node:crypto'
import { agentAppsAggregate, agentAppsStream } from '@elves/core/domain/agent-apps/agent-apps.ts'
import { appAggregate, appStream } from '@elves/core/domain/app/app.ts'
import type { AppCommand } from '@elves/core/domain/app/commands.ts'
import { rolloutIdOf } from '@elves/core/domain/app/rollout.ts'
import type { AppState } from '@elves/core/domain/app/state.ts'
import type { AppOutcome } from '@elves/schemas/generated/types.ts'
import { contextOf, pick, type StreamPart } from './sample-parts.ts'

const versions = ['1', '2', '3+u.1', 'constructor'] as const
const sha256Of = (version: string) => Buffer.from(version).toString('hex').padStart(64, '0')

/** An app whose life is decided by its decider: uploads, bindings, rollouts that are paused, taken back and superseded, and bans. */
export function appLife(app: string, agentIds: readonly string[], random: () => number): StreamPart[] {
  const person = contextOf({ kind: 'LOCAL', id: 'ann', name: 'A person' }, randomUUID())
  const system = contextOf({ kind: 'SYSTEM', id: 'app-distribution', name: null }, randomUUID())
  const { decide, evolve, initialState } = appAggregate.decider
  let state = initialState
  const life: StreamPart[] = []
  const take = (command: AppCommand) => {
    const decided = decide(command, state)
    if ('rejected' in decided) return
    for (const event of decided) {
      state = evolve(state, event)
      life.push({ stream: appStream(app), event, context: command.type === 'AdvanceRollout' ? system : person })
    }
  }
  take({ type: 'CreateApp', app, displayName: 'ü 商店', description: '' })
  for (let step = 0; step < 30; step++) take(nextCommand(app, state, agentIds, random))
  return life
}

function nextCommand(app: string, state: AppState, agentIds: readonly string[], random: () => number): AppCommand {
  const version = pick(versions, random)
  const rolloutId = rolloutIdOf(app, Math.max(1, state.rollouts))
  const reason = random() < 0.5 ? null : 'ü why'
  const checked = { sha256: sha256Of(version), bytes: 10, unpackedBytes: 20, files: 1, manifest: random() < 0.5 ? null : '{"functions":{"say":{}}}' }
  const rollout = { batches: ['10%', '50%'], pauseMs: 0, confirm: random() < 0.3, maxFailed: '1', idempotencyKey: null }
  const counts = { installed: random() < 0.9 ? 1 : 0, failed: random() < 0.2 ? 2 : 0, waiting: 0 }
  const advance = { type: 'AdvanceRollout', app, rolloutId, agentIds, counts, awaited: 0, isRested: true } as const
  const commands: readonly AppCommand[] = [
    advance,
    advance,
    advance,
    advance,
    { type: 'UploadVersion', app, version, ...checked },
    { type: 'UploadVersion', app, version, ...checked },
    { type: 'ReleaseVersion', app, version, ...rollout },
    { type: 'ReleaseVersion', app, version, ...rollout },
    { type: 'BindApp', app, selector: pick(['env=prod', '机房=上海', ''], random) },
    { type: 'UnbindApp', app, selector: 'env=prod' },
    { type: 'PauseRollout', app, rolloutId },
    { type: 'ResumeRollout', app, rolloutId },
    { type: 'ResumeRollout', app, rolloutId },
    { type: 'RollBackRollout', app, rolloutId },
    { type: 'WithdrawVersion', app, version, reason },
    { type: 'BanApp', app, reason },
    { type: 'UnbanApp', app },
    { type: 'UnbanApp', app },
    { type: 'UpdateApp', app, displayName: null, description: pick(['a', '字'], random) },
  ]
  return pick(commands, random)
}

/** What an agent shall have of some apps, and what it tells: in order, late, and of what it never should have. */
export function agentAppsLife(agentId: string, apps: readonly string[], random: () => number): StreamPart[] {
  const stream = agentAppsStream(agentId)
  const system = contextOf({ kind: 'SYSTEM', id: 'app-distribution', name: null }, randomUUID())
  const agent = contextOf({ kind: 'AGENT', id: agentId, name: null }, randomUUID())
  const { decide, evolve, initialState } = agentAppsAggregate.decider
  let state = initialState
  const life: StreamPart[] = []
  for (let step = 0; step < 16; step++) {
    const [app, version] = [pick(apps, random), pick(versions, random)]
    const wanted = random() < 0.2 ? null : { version, sha256: sha256Of(version), bytes: 10, rolloutId: random() < 0.5 ? null : rolloutIdOf(app, 1) }
    const outcome = pick<AppOutcome>(['INSTALLED', 'INSTALLED', 'FAILED', 'REMOVED', 'DOWNLOADED', 'SWITCHING'], random)
    const told = { version: outcome === 'REMOVED' ? '' : (state.apps[app]?.wanted?.version ?? version), code: 'PACKAGE_CHANGED', message: 'ü why' }
    const isWish = random() < 0.4
    const decided = isWish
      ? decide({ type: 'WantApps', agentId, wishes: [{ app, wanted }] }, state)
      : decide({ type: 'TellApp', agentId, app, outcome, ...told }, state)
    if ('rejected' in decided) continue
    for (const event of decided) {
      state = evolve(state, event)
      life.push({ stream, event, context: isWish ? system : agent })
    }
  }
  return life
}
