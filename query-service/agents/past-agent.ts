import { agentStream } from '@elves/core/domain/agent/agent.ts'
import { isAnyAgentEvent } from '@elves/core/domain/agent-events.ts'
import { agentIpStream } from '@elves/core/domain/agent-ip/agent-ip.ts'
import { agentLinkStream } from '@elves/core/domain/agent-link/agent-link.ts'
import type { Position } from '@elves/core/eventing/position.ts'
import { type AgentView, agentsOf, evolveAgentView } from '@elves/core/read-models/agents/agent-view.ts'
import { inLogOrder, type StreamPages, streamEvents } from '../read-side/stream-events.ts'

/** Returns the agent as it was just before a position, folded from its streams and those of every ip that it ever declared. */
export async function agentBefore(pages: StreamPages, agentId: string, position: Position): Promise<AgentView | null> {
  const ips = new Set<string>()
  for await (const { event } of streamEvents(pages, agentStream(agentId))) {
    if (event.type === 'AgentRegistered' || event.type === 'AgentFactsChanged') ips.add(event.data.ip)
  }
  const streams = [agentStream(agentId), agentLinkStream(agentId), ...[...ips].map(agentIpStream)]
  let view: AgentView | null = null
  for await (const event of inLogOrder(streams.map((stream) => streamEvents(pages, stream)))) {
    if (event.position >= position) break
    if (isAnyAgentEvent(event) && agentsOf(event.event).includes(agentId)) view = evolveAgentView(view, agentId, event)
  }
  return view
}
