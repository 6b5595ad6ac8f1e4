import { agentLinkStream } from '@elves/core/domain/agent-link/agent-link.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'

/** As long as an agent may take until it sends something again that was not confirmed. */
const resentWithinMs = 60_000

export interface RunTimes {
  readonly agentId: string
  /** Ms since the epoch, by the center's clock. */
  readonly startedAt: number
  readonly endedAt: number
}

/**
 * Returns true if the process that ran an attempt is surely gone with what it had not sent: another one of its agent was linked after
 * the attempt had ended, so long ago that this one would have sent what it has of it.
 */
export async function isProcessGone(readModels: Pick<ReadModels, 'events'>, { agentId, startedAt, endedAt }: RunTimes): Promise<boolean> {
  const now = await lastLink(readModels, agentId, null)
  if (now === null || now.linkedAt <= endedAt || Date.now() - now.linkedAt < resentWithinMs) return false
  const then = await lastLink(readModels, agentId, startedAt + 1)
  return then !== null && then.bootId !== now.bootId
}

interface LastLink {
  readonly bootId: string
  readonly linkedAt: number
}

/** `before`: ms since the epoch, exclusive. */
async function lastLink(readModels: Pick<ReadModels, 'events'>, agentId: string, before: number | null): Promise<LastLink | null> {
  const filter = { streams: [agentLinkStream(agentId)], types: ['AgentConnected', 'AgentRecovered'], ...(before !== null && { to: before }) }
  const { edges } = await readModels.events(filter, 'NEWEST_FIRST', { first: 1, after: null })
  const [found] = edges
  if (!found) return null
  const { event, recordedAt } = found.node
  return event.type === 'AgentConnected' || event.type === 'AgentRecovered' ? { bootId: event.data.bootId, linkedAt: recordedAt } : null
}
