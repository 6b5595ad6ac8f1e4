import type { DisconnectReason } from '@elves/schemas/generated/types.ts'
import { aggregate, type EventOf } from '../aggregate.ts'
import { type Decider, type Decision, type Rejection, rejection } from '../decision.ts'
import { checkIdempotencyKey, checkReason, checkText } from '../task/request.ts'

/** Events of stream `agentlink-<id>`: the sessions of an agent's link. */
export type AgentLinkEvent = EventOf<'agent-link'>

/**
 * A link that is cut stays CONNECTED for the grace: only a goodbye or the end of the grace changes the phase. REMOVED: a
 * user removed the agent from the list after its link had ended.
 */
export type AgentLinkPhase = 'NONE' | 'CONNECTED' | 'OFFLINE' | 'LOST' | 'REMOVED'

export interface AgentLinkState {
  readonly phase: AgentLinkPhase
  /** Session id of the event that connected the agent. A reconnection within the grace makes no event and keeps this id. */
  readonly sessionId: string | null
  readonly bootId: string | null
  readonly journalId: string | null
  /** Boot ids of the processes that were refused while this one is connected. Each is refused with an event once. */
  readonly refusedBootIds: readonly string[]
  /** Idempotency key of the last removal; null if it had none. */
  readonly removalKey: string | null
}

/** A hello that the gateway accepted. */
export interface Connect {
  readonly type: 'Connect'
  readonly agentId: string
  readonly sessionId: string
  readonly bootId: string
  readonly journalId: string
  readonly gatewayId: string
  readonly remoteAddress: string
  readonly clockOffsetMs: number
  /** True if a process with another boot id has a link and has just answered a ping. */
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

/** Removes an agent that is gone for good. The agent must be known. */
export interface Remove {
  readonly type: 'Remove'
  readonly agentId: string
  readonly reason: string | null
  readonly idempotencyKey: string | null
}

export type AgentLinkCommand = Connect | Disconnect | Lose | Remove

export const initialAgentLinkState: AgentLinkState = {
  phase: 'NONE',
  sessionId: null,
  bootId: null,
  journalId: null,
  refusedBootIds: [],
  removalKey: null,
}

/** Largest number of duplicates of one agent that are refused with an event; further ones are refused without. */
const mostRefusedBoots = 1_000

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
    case 'Remove':
      return remove(command, state)
  }
}

/**
 * The first refusal of a duplicate is an event, not a {@link rejection}: the gateway recognises it by its type. The
 * duplicate asks again for as long as it runs, and a template may have many copies, so later refusals are rejections without
 * an event. A hello of the same process within the grace (after a cut link or a restart of the center) writes nothing.
 */
function connect(command: Connect, state: AgentLinkState): Decision<AgentLinkEvent> {
  const { type: _, isOtherBootAlive, ...link } = command
  if (command.bootId === '' || command.journalId === '') return rejection('AGENT_ID_INVALID', 'a hello names its boot and its journal')
  if (state.phase === 'CONNECTED' && state.bootId !== command.bootId && isOtherBootAlive) {
    const { agentId, bootId, remoteAddress } = command
    if (state.refusedBootIds.includes(bootId) || state.refusedBootIds.length >= mostRefusedBoots) return agentDuplicate(agentId)
    return [{ type: 'AgentDuplicateRefused', data: { agentId, bootId, remoteAddress } }]
  }
  if (state.phase === 'CONNECTED' && state.bootId === command.bootId && state.journalId === command.journalId) return []
  return [{ type: state.phase === 'LOST' ? 'AgentRecovered' : 'AgentConnected', data: link }]
}

/** The rejection for a process that says hello with the id of an agent that is already connected. */
export function agentDuplicate(agentId: string): Rejection {
  const advice = 'If this is a copy of that agent, stop it and delete identity.json and journal in its data folder: then it joins as a new agent'
  return rejection('AGENT_DUPLICATE', `another process with agent id ${agentId} is connected and answers. ${advice}`)
}

function remove({ agentId, reason, idempotencyKey }: Remove, state: AgentLinkState): Decision<AgentLinkEvent> {
  const invalid = checkIdempotencyKey(idempotencyKey) ?? checkText('reason', reason) ?? checkReason(reason)
  if (invalid) return invalid
  // A repeated request for the same removal succeeds, even if the agent has come back meanwhile.
  if (idempotencyKey !== null && state.removalKey === idempotencyKey) return []
  if (state.phase === 'CONNECTED') {
    return rejection('AGENT_CONNECTED', `agent ${agentId} is connected, or was a moment ago; stop it first`, 'agent')
  }
  return state.phase === 'REMOVED' ? [] : [{ type: 'AgentRemoved', data: { agentId, reason, idempotencyKey } }]
}

export function evolveAgentLink(state: AgentLinkState, event: AgentLinkEvent): AgentLinkState {
  switch (event.type) {
    case 'AgentConnected':
    case 'AgentRecovered': {
      const { sessionId, bootId, journalId } = event.data
      // The list starts anew when another process connects: a refusal because of that process is a new fact.
      const refusedBootIds = bootId === state.bootId ? state.refusedBootIds : []
      return { ...state, phase: 'CONNECTED', sessionId, bootId, journalId, refusedBootIds }
    }
    case 'AgentDisconnected':
      return { ...state, phase: 'OFFLINE' }
    case 'AgentLost':
      return { ...state, phase: 'LOST' }
    case 'AgentDuplicateRefused':
      return { ...state, refusedBootIds: [...state.refusedBootIds, event.data.bootId] }
    case 'AgentRemoved':
      return { ...state, phase: 'REMOVED', removalKey: event.data.idempotencyKey }
  }
}
