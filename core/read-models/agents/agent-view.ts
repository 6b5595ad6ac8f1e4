import type { AgentFacts } from '@elves/schemas/generated/types.ts'
import type { AnyAgentEvent } from '../../domain/agent-events.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import type { Position } from '../../eventing/position.ts'

export const agentStates = ['PENDING', 'CONNECTED', 'OFFLINE', 'LOST', 'REVOKED', 'REMOVED'] as const
export type AgentStateName = (typeof agentStates)[number]

/** An agent as people see it, as of `position`. Times are ms since the epoch on the store's clock. */
export interface AgentView {
  readonly id: string
  /** Its alias; empty after the alias moved to another agent. The ip of a removed agent is no alias: see {@link aliasOf}. */
  readonly ip: string
  readonly state: AgentStateName
  readonly facts: AgentFacts
  /** When its present or last session began. */
  readonly connectedAt: number | null
  readonly position: Position
}

/**
 * Returns the ip by which an agent is found. A removed agent has none until it comes back, if no other agent has claimed the
 * ip meanwhile. This follows from AgentRemoved alone, so nothing can come between the removal and the end of the alias.
 */
export function aliasOf({ ip, state }: AgentView): string {
  return state === 'REMOVED' ? '' : ip
}

/** Returns the agents whose view an event changes: an alias that moves changes two. */
export function agentsOf(event: AnyAgentEvent): readonly string[] {
  if (event.type === 'AgentIpClaimed' && event.data.previousAgentId !== null) return [event.data.agentId, event.data.previousAgentId]
  return [event.data.agentId]
}

/**
 * Folds the streams of an agent into what people see; this is the only such fold. Events of several streams come in order of
 * position. An event at or below the view's position changes nothing.
 */
export function evolveAgentView(view: AgentView | null, agentId: string, recorded: RecordedEvent<AnyAgentEvent>): AgentView {
  if (view && recorded.position <= view.position) return view
  const blank: AgentView = {
    id: agentId,
    ip: '',
    state: 'PENDING',
    facts: { name: '', version: '', platform: '', labels: {}, apps: [] },
    connectedAt: null,
    position: '',
  }
  return { ...(view ?? blank), ...changes(view, agentId, recorded), position: recorded.position }
}

function changes(view: AgentView | null, agentId: string, { event, recordedAt }: RecordedEvent<AnyAgentEvent>): Partial<AgentView> {
  switch (event.type) {
    case 'AgentRegistered':
    case 'AgentFactsChanged':
      return { facts: event.data.facts }
    case 'AgentIpClaimed':
      if (event.data.agentId === agentId) return { ip: event.data.ip }
      return view?.ip === event.data.ip ? { ip: '' } : {}
    case 'AgentIpReleased':
      return view?.ip === event.data.ip ? { ip: '' } : {}
    case 'AgentConnected':
    case 'AgentRecovered':
      return { state: 'CONNECTED', connectedAt: recordedAt }
    case 'AgentDisconnected':
      return { state: 'OFFLINE' }
    case 'AgentLost':
      return { state: 'LOST' }
    case 'AgentRemoved':
      return { state: 'REMOVED' }
    case 'AgentDuplicateRefused':
      return {}
  }
}
