import { placeInRollout } from './place.ts'
import { type AppState, knownVersion, releasedVersion, type Superseded } from './state.ts'

/**
 * Returns the version that an agent to which the app is bound shall have; null: none. It follows from the log alone. `current` is what
 * it was last told to have: an agent that the batches have not reached stays with it.
 */
export function wantedVersion(state: AppState, agentId: string, current: string | null): string | null {
  const { phase, rollout } = state
  if (phase !== 'ACTIVE') return null
  const released = releasedVersion(state) ?? broughtBefore(state, agentId)
  if (rollout === null) return released
  if (placeInRollout(rollout.id, agentId) <= rollout.cut) return rollout.to
  return current !== null && knownVersion(state, current)?.isWithdrawn === false ? current : released
}

/**
 * Before the first release, a rollout that is rolled back goes back to what the rollouts that it superseded have brought: an agent that
 * none of them had reached has nothing again.
 */
function broughtBefore(state: AppState, agentId: string): string | null {
  const isOf = ({ id, to, cut }: Superseded) => knownVersion(state, to)?.isWithdrawn === false && placeInRollout(id, agentId) <= cut
  return state.superseded.findLast(isOf)?.to ?? null
}
