import { type AgentState, agentDecider, initialAgentState, type TellFacts } from '@elves/core/domain/agent/agent.ts'
import type { AnyAgentEvent } from '@elves/core/domain/agent-events.ts'
import { type AgentIpCommand, type AgentIpState, agentIpDecider, initialAgentIpState } from '@elves/core/domain/agent-ip/agent-ip.ts'
import { type AgentLinkCommand, type AgentLinkState, agentLinkDecider, initialAgentLinkState } from '@elves/core/domain/agent-link/agent-link.ts'
import type { Decider, Decision } from '@elves/core/domain/decision.ts'

/** State of one stream of an agent's; only the part that the stream is of ever changes. */
export interface AnyAgentState {
  readonly agent: AgentState
  readonly ip: AgentIpState
  readonly link: AgentLinkState
}

export type AnyAgentCommand = TellFacts | AgentIpCommand | AgentLinkCommand

/** The aggregates agent, agent-ip and agent-link behind one decider, so that what a hello says of all three is one append. */
export const anyAgentDecider: Decider<AnyAgentState, AnyAgentCommand, AnyAgentEvent> = {
  initialState: { agent: initialAgentState, ip: initialAgentIpState, link: initialAgentLinkState },
  decide,
  evolve,
}

function decide(command: AnyAgentCommand, state: AnyAgentState): Decision<AnyAgentEvent> {
  switch (command.type) {
    case 'TellFacts':
      return agentDecider.decide(command, state.agent)
    case 'ClaimIp':
    case 'ReleaseIp':
      return agentIpDecider.decide(command, state.ip)
    case 'Connect':
    case 'Disconnect':
    case 'Lose':
    case 'Remove':
      return agentLinkDecider.decide(command, state.link)
  }
}

function evolve(state: AnyAgentState, event: AnyAgentEvent): AnyAgentState {
  switch (event.type) {
    case 'AgentRegistered':
    case 'AgentFactsChanged':
      return { ...state, agent: agentDecider.evolve(state.agent, event) }
    case 'AgentIpClaimed':
    case 'AgentIpReleased':
      return { ...state, ip: agentIpDecider.evolve(state.ip, event) }
    case 'AgentConnected':
    case 'AgentRecovered':
    case 'AgentDisconnected':
    case 'AgentLost':
    case 'AgentDuplicateRefused':
    case 'AgentRemoved':
      return { ...state, link: agentLinkDecider.evolve(state.link, event) }
  }
}
