import { createHash } from 'node:crypto'

/** Places are whole numbers below this: 2^32. */
const places = 0x1_0000_0000

/** The cut that has all agents. */
export const wholeCut = places - 1

/**
 * Returns the place of an agent in a rollout, 0 to {@link wholeCut}: the same each time, another in each rollout. A batch is a cut
 * through the places, so that no list of agents has to be kept, and an agent that comes later has its batch already.
 */
export function placeInRollout(rolloutId: string, agentId: string): number {
  return createHash('sha256').update(`${rolloutId}\n${agentId}`).digest().readUInt32BE(0)
}

/** Returns the cut that has the first `count` of these agents; -1: none. */
export function cutFor(rolloutId: string, agentIds: readonly string[], count: number): number {
  if (count <= 0) return -1
  if (count >= agentIds.length) return wholeCut
  const sorted = agentIds.map((id) => placeInRollout(rolloutId, id)).sort((one, other) => one - other)
  return sorted[count - 1] ?? wholeCut
}
