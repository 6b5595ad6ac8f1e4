import { isIPv4 } from 'node:net'
import { agentStream } from '@elves/core/domain/agent/agent.ts'
import { isAnyAgentEvent } from '@elves/core/domain/agent-events.ts'
import { agentIpStream } from '@elves/core/domain/agent-ip/agent-ip.ts'
import { agentLinkStream } from '@elves/core/domain/agent-link/agent-link.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { Position } from '@elves/core/eventing/position.ts'
import { type AgentView, agentsOf, aliasOf, evolveAgentView } from '@elves/core/read-models/agents/agent-view.ts'
import { inLogOrder, type StreamPages, streamEvents, streamEventsAsOf } from '../read-side/stream-events.ts'

/** Returns the agent as it was just before a position. */
export function agentBefore(pages: StreamPages, agentId: string, position: Position): Promise<AgentView | null> {
  const read = (stream: string) => streamEvents(pages, stream)
  return agentOf(pages, agentId, read, (event) => event.position >= position)
}

/** Returns the agent that an id names, or that had an ip, as it was at an instant; null where there was none. */
export async function agentAsOf(pages: StreamPages, idOrIp: string, asOf: number): Promise<AgentView | null> {
  const agentId = isIPv4(idOrIp) ? await ownerOfIp(pages, idOrIp, asOf) : idOrIp
  const view = agentId === null ? null : await agentOf(pages, agentId, (stream) => streamEventsAsOf(pages, stream, asOf))
  // The ip of an agent that was removed stands for nobody.
  return view && (agentId === idOrIp || aliasOf(view) === idOrIp) ? view : null
}

async function ownerOfIp(pages: StreamPages, ip: string, asOf: number): Promise<string | null> {
  let owner: string | null = null
  for await (const { event } of streamEventsAsOf(pages, agentIpStream(ip), asOf)) {
    if (event.type === 'AgentIpClaimed') owner = event.data.agentId
  }
  return owner
}

/** Folds the events that belong to a view from the agent's streams and those of every ip that it ever declared. */
async function agentOf(
  pages: StreamPages,
  agentId: string,
  read: (stream: string) => AsyncGenerator<RecordedEvent, void>,
  isOver: (event: RecordedEvent) => boolean = () => false,
): Promise<AgentView | null> {
  const ips = new Set<string>()
  for await (const { event } of streamEvents(pages, agentStream(agentId))) {
    if (event.type === 'AgentRegistered' || event.type === 'AgentFactsChanged') ips.add(event.data.ip)
  }
  const streams = [agentStream(agentId), agentLinkStream(agentId), ...[...ips].map(agentIpStream)]
  let view: AgentView | null = null
  for await (const event of inLogOrder(streams.map(read))) {
    if (isOver(event)) break
    if (isAnyAgentEvent(event) && agentsOf(event.event).includes(agentId)) view = evolveAgentView(view, agentId, event)
  }
  return view
}
