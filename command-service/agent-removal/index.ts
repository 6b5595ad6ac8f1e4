import { removeAgent } from '@elves/core/command-api/remove-agent.ts'
import { handles } from '../command-handlers.ts'
import type { WriteFeature } from '../feature.ts'
import { agentRemoval } from './agent-removal.ts'

/** A client does not wait for a table that is being made; the same request completes the removal later. */
const withinMs = 10_000

export const agentRemovalWriteFeature: WriteFeature = ({ store, agents, attempts, decisions, attemptsTable }) => ({
  commands: [handles(removeAgent, agentRemoval({ store, ...agents, attempts, decisions, caughtUp: () => attemptsTable.caughtUp(withinMs) }))],
})
