import { aggregate, type EventOf } from '../aggregate.ts'
import { type Decider, type Decision, rejection } from '../decision.ts'

/** Events of stream `agentip-<ip>`: which agent has this ip as its alias. One stream for each ip makes an alias unique without a lock. */
export type AgentIpEvent = EventOf<'agent-ip'>

export interface AgentIpState {
  /** Null if no agent has this ip. */
  readonly ownerId: string | null
}

export interface ClaimIp {
  readonly type: 'ClaimIp'
  readonly ip: string
  readonly agentId: string
  /**
   * The owner that was seen not connected; null if there was none. The alias may move away from this owner only. It is an id
   * rather than a flag, so that the decision still holds if the owner changes between the look and the append.
   */
  readonly absentOwnerId: string | null
}

/** Sent for an agent that declares another ip: it gives its old ip back. */
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

/** Records which agent has an ip as its alias. */
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
