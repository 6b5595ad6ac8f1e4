import { aggregate, type EventOf } from '../aggregate.ts'
import { type Decider, type Decision, rejection } from '../decision.ts'

/** Events of stream `agentip-<ip>`: whose alias it is. One stream an ip makes an alias unique without a lock. */
export type AgentIpEvent = EventOf<'agent-ip'>

export interface AgentIpState {
  /** Null where it is nobody's. */
  readonly ownerId: string | null
}

export interface ClaimIp {
  readonly type: 'ClaimIp'
  readonly ip: string
  readonly agentId: string
  /**
   * The owner that was seen not connected, null where there is none: only away from that one may the alias move. Its id
   * rather than a flag, so that the decision holds when the owner changes between the look and the append.
   */
  readonly absentOwnerId: string | null
}

/** An agent that declares another ip gives its old one back. */
export interface ReleaseIp {
  readonly type: 'ReleaseIp'
  readonly ip: string
  readonly agentId: string
}

export type AgentIpCommand = ClaimIp | ReleaseIp

export const initialAgentIpState: AgentIpState = { ownerId: null }

export const agentIpDecider: Decider<AgentIpState, AgentIpCommand, AgentIpEvent> = {
  initialState: initialAgentIpState,
  decide: decideAgentIp,
  evolve: evolveAgentIp,
}

/** Whose alias an ip is. */
export const agentIpAggregate = aggregate({ name: 'agent-ip', prefix: 'agentip-', decider: agentIpDecider })
export const agentIpStream = agentIpAggregate.streamOf

export function decideAgentIp(command: AgentIpCommand, state: AgentIpState): Decision<AgentIpEvent> {
  const { ip, agentId } = command
  switch (command.type) {
    case 'ClaimIp':
      if (state.ownerId === agentId) return []
      if (state.ownerId !== null && state.ownerId !== command.absentOwnerId) {
        return rejection('AGENT_IP_TAKEN', `${ip} belongs to agent ${state.ownerId}, which is connected; set ELVES_AGENT_IP to another address`)
      }
      return [{ type: 'AgentIpClaimed', data: { ip, agentId, previousAgentId: state.ownerId } }]
    case 'ReleaseIp':
      return state.ownerId === agentId ? [{ type: 'AgentIpReleased', data: { ip, agentId } }] : []
  }
}

export function evolveAgentIp(_state: AgentIpState, event: AgentIpEvent): AgentIpState {
  switch (event.type) {
    case 'AgentIpClaimed':
      return { ownerId: event.data.agentId }
    case 'AgentIpReleased':
      return { ownerId: null }
  }
}
