import type { DisconnectReason } from '@elves/schemas/generated/types.ts'
import { aggregate, type EventOf } from '../aggregate.ts'
import { type Decider, type Decision, rejection } from '../decision.ts'

/** Events of stream `agentlink-<id>`: the sessions of an agent's link. */
export type AgentLinkEvent = EventOf<'agent-link'>

/** A link that is cut stays CONNECTED for the grace: only a goodbye or the end of the grace changes the phase. */
export type AgentLinkPhase = 'NONE' | 'CONNECTED' | 'OFFLINE' | 'LOST'

export interface AgentLinkState {
  readonly phase: AgentLinkPhase
  /** Of the event that connected it; a reconnection within the grace makes no event and keeps it. */
  readonly sessionId: string | null
  readonly bootId: string | null
  readonly journalId: string | null
}

/** A hello that the gateway let through. */
export interface Connect {
  readonly type: 'Connect'
  readonly agentId: string
  readonly sessionId: string
  readonly bootId: string
  readonly journalId: string
  readonly gatewayId: string
  readonly remoteAddress: string
  readonly clockOffsetMs: number
  /** Whether a process with another boot id has a link and has just answered a ping. */
  readonly isOtherBootAlive: boolean
}

export interface Disconnect {
  readonly type: 'Disconnect'
  readonly agentId: string
  readonly reason: DisconnectReason
}

/** The agent has been silent for longer than the grace. */
export interface Lose {
  readonly type: 'Lose'
  readonly agentId: string
  readonly lastSeenAt: number
}

export type AgentLinkCommand = Connect | Disconnect | Lose

export const initialAgentLinkState: AgentLinkState = { phase: 'NONE', sessionId: null, bootId: null, journalId: null }

export const agentLinkDecider: Decider<AgentLinkState, AgentLinkCommand, AgentLinkEvent> = {
  initialState: initialAgentLinkState,
  decide: decideAgentLink,
  evolve: evolveAgentLink,
}

/** The sessions of an agent's link. */
export const agentLinkAggregate = aggregate({ name: 'agent-link', prefix: 'agentlink-', decider: agentLinkDecider })
export const agentLinkStream = agentLinkAggregate.streamOf

export function decideAgentLink(command: AgentLinkCommand, state: AgentLinkState): Decision<AgentLinkEvent> {
  const { agentId } = command
  switch (command.type) {
    case 'Connect':
      return connect(command, state)
    case 'Disconnect':
      if (state.phase !== 'CONNECTED') return []
      return [{ type: 'AgentDisconnected', data: { agentId, sessionId: state.sessionId ?? '', reason: command.reason } }]
    case 'Lose':
      if (state.phase !== 'CONNECTED') return []
      return [{ type: 'AgentLost', data: { agentId, sessionId: state.sessionId ?? '', lastSeenAt: command.lastSeenAt } }]
  }
}

/**
 * The refusal of a duplicate is an event too, so it is not a {@link rejection}: the gateway sees it by its type.
 * The same process within the grace (a cut link, a restarted center) writes nothing.
 */
function connect(command: Connect, state: AgentLinkState): Decision<AgentLinkEvent> {
  const { type: _, isOtherBootAlive, ...link } = command
  if (command.bootId === '' || command.journalId === '') return rejection('AGENT_ID_INVALID', 'a hello names its boot and its journal')
  if (state.phase === 'CONNECTED' && state.bootId !== command.bootId && isOtherBootAlive) {
    const { agentId, bootId, remoteAddress } = command
    return [{ type: 'AgentDuplicateRefused', data: { agentId, bootId, remoteAddress } }]
  }
  if (state.phase === 'CONNECTED' && state.bootId === command.bootId && state.journalId === command.journalId) return []
  return [{ type: state.phase === 'LOST' ? 'AgentRecovered' : 'AgentConnected', data: link }]
}

export function evolveAgentLink(state: AgentLinkState, event: AgentLinkEvent): AgentLinkState {
  switch (event.type) {
    case 'AgentConnected':
    case 'AgentRecovered': {
      const { sessionId, bootId, journalId } = event.data
      return { phase: 'CONNECTED', sessionId, bootId, journalId }
    }
    case 'AgentDisconnected':
      return { ...state, phase: 'OFFLINE' }
    case 'AgentLost':
      return { ...state, phase: 'LOST' }
    case 'AgentDuplicateRefused':
      return state
  }
}
