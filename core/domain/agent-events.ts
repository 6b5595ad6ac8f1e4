import { type AgentEvent, agentAggregate } from './agent/agent.ts'
import { type AgentIpEvent, agentIpAggregate } from './agent-ip/agent-ip.ts'
import { type AgentLinkEvent, agentLinkAggregate } from './agent-link/agent-link.ts'

/** The aggregates that together say what an agent is, which ip it has and whether it is connected. */
export const agentAggregates = [agentAggregate, agentIpAggregate, agentLinkAggregate] as const

export type AnyAgentEvent = AgentEvent | AgentIpEvent | AgentLinkEvent

/** Narrows a recorded event to an event of these aggregates. */
export function isAnyAgentEvent<Recorded extends { readonly event: { readonly type: string } }>(
  recorded: Recorded,
): recorded is Recorded & { readonly event: AnyAgentEvent } {
  return agentAggregates.some((aggregate) => aggregate.isEvent(recorded))
}
