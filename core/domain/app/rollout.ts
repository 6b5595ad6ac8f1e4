import { type Decision, rejection } from '../decision.ts'
import { checkIdempotencyKey } from '../task/request.ts'
import type { AdvanceRollout, ReleaseVersion, RolloutCounts, SteerRollout } from './commands.ts'
import { cutFor, wholeCut } from './place.ts'
import { faultOfBatches, shareOf, tolerated } from './share.ts'
import { type AppEvent, type AppState, knownVersion, type OpenRollout, releasedVersion } from './state.ts'

const longestPauseMs = 30 * 86_400_000
const noCounts: RolloutCounts = { installed: 0, failed: 0, waiting: 0 }

/** Names a rollout by its app and its number, so that the app's stream is found by it. No app's name has a colon. */
export function rolloutIdOf(app: string, number: number): string {
  return `${app}:${number}`
}

/** Returns the app of a rollout's id; null: it is none. */
export function appOfRollout(rolloutId: string): string | null {
  return /^(.+):[1-9]\d{0,8}$/.exec(rolloutId)?.[1] ?? null
}

export function decideRelease(command: ReleaseVersion, state: AppState): Decision<AppEvent> {
  const { app, version, batches: asked, pauseMs, confirm, maxFailed, idempotencyKey } = command
  const keyed = state.keys.find(([key]) => key === idempotencyKey)
  if (keyed) return keyed[1] === version ? [] : rejection('IDEMPOTENCY_KEY_REUSED', 'this key released another version', 'idempotencyKey')
  const known = knownVersion(state, version)
  if (!known) return rejection('APP_VERSION_UNKNOWN', `no version ${version} of ${app} was uploaded`, 'version')
  if (known.isWithdrawn) return rejection('APP_VERSION_WITHDRAWN', `version ${version} of ${app} was withdrawn`, 'version')
  const fault = faultOfBatches(asked)
  if (fault !== null) return rejection('ROLLOUT_INVALID', fault, 'rollout.batches')
  if (!Number.isInteger(pauseMs) || pauseMs < 0 || pauseMs > longestPauseMs) {
    return rejection('ROLLOUT_INVALID', 'pauseMs must be a whole number from 0 to 2 592 000 000 (30 days)', 'rollout.pauseMs')
  }
  if (tolerated(maxFailed, 1) === null) {
    return rejection('ROLLOUT_INVALID', `${JSON.stringify(maxFailed)} is neither a share such as "2%" nor a number of agents`, 'rollout.maxFailed')
  }
  const invalid = checkIdempotencyKey(idempotencyKey)
  if (invalid) return invalid
  // A rollout is for all agents in the end.
  const batches = asked.at(-1) === '100%' ? asked : [...asked, '100%']
  const rolloutId = rolloutIdOf(app, state.rollouts + 1)
  const stopped: AppEvent[] = state.rollout ? [{ type: 'RolloutStopped', data: { app, rolloutId: state.rollout.id, cause: 'SUPERSEDED' } }] : []
  const data = { app, version, from: releasedVersion(state), rolloutId, batches, pauseMs, confirm, maxFailed, idempotencyKey }
  return [...stopped, { type: 'AppVersionReleased', data }]
}

export function decideSteering({ type, app, rolloutId }: SteerRollout, { rollout, rollouts }: AppState): Decision<AppEvent> {
  if (rollout?.id !== rolloutId) {
    const isKnown = appOfRollout(rolloutId) === app && Number(rolloutId.slice(app.length + 1)) <= rollouts
    if (isKnown) return rejection('ROLLOUT_ENDED', 'the rollout has ended', 'rollout')
    return rejection('ROLLOUT_UNKNOWN', 'no rollout has this id', 'rollout')
  }
  switch (type) {
    case 'PauseRollout':
      return rollout.isPaused ? [] : [{ type: 'RolloutPaused', data: { app, rolloutId } }]
    case 'ResumeRollout':
      return rollout.isPaused || rollout.phase === 'CONFIRMING' ? [{ type: 'RolloutResumed', data: { app, rolloutId } }] : []
    case 'RollBackRollout':
      return [rolledBack(app, rolloutId, 'PERSON', null, noCounts)]
  }
}

/** One step at most, because the counts are of the batch as it is. A rollout that has ended, or was paused, gets none. */
export function decideAdvance(command: AdvanceRollout, { phase, rollout }: AppState): Decision<AppEvent> {
  const { app, rolloutId, agentIds, counts, awaited, isRested } = command
  if (phase !== 'ACTIVE' || rollout?.id !== rolloutId) return []
  const most = tolerated(rollout.maxFailed, agentIds.length) ?? 0
  if (rollout.batch > 0 && counts.failed > most) {
    const reason = `${counts.failed} of ${agentIds.length} agents failed, at most ${most} may`
    return [rolledBack(app, rolloutId, 'FAILURES', reason, counts)]
  }
  if (rollout.isPaused || rollout.phase === 'CONFIRMING') return []
  if (rollout.phase === 'RESTING') return rollout.batch > 0 && !isRested ? [] : [nextBatch(rollout, app, agentIds)]
  // Where no agent has the version and none has failed, nothing says that it works: those that are away are waited for.
  if (awaited > 0 || (counts.waiting > 0 && counts.installed + counts.failed === 0)) return []
  if (rollout.cut === wholeCut && rollout.batch >= rollout.batches.length) {
    return [{ type: 'RolloutDone', data: { app, rolloutId, version: rollout.to, ...counts } }]
  }
  return [{ type: 'RolloutBatchEnded', data: { app, rolloutId, batch: rollout.batch, ...counts } }]
}

function nextBatch(rollout: OpenRollout, app: string, agentIds: readonly string[]): AppEvent {
  const { id: rolloutId, batches, cut: before } = rollout
  const batch = rollout.batch + 1
  const isLast = batch >= batches.length
  const count = isLast ? agentIds.length : (shareOf(batches[batch - 1] ?? '', agentIds.length) ?? 0)
  // Agents may have gone since the batch before: what was reached stays reached.
  const cut = isLast ? wholeCut : Math.max(before, cutFor(rolloutId, agentIds, count))
  return { type: 'RolloutBatchBegun', data: { app, rolloutId, batch, cut, agents: count } }
}

export function rolledBack(app: string, rolloutId: string, cause: string, reason: string | null, counts: RolloutCounts): AppEvent {
  return { type: 'RolloutRolledBack', data: { app, rolloutId, cause, reason, ...counts } }
}
