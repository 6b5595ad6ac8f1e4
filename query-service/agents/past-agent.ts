import { isIPv4 } from 'node:net'
import { agentStream } from '@elves/core/domain/agent/agent.ts'
import { isAnyAgentEvent } from '@elves/core/domain/agent-events.ts'
import { agentIpStream } from '@elves/core/domain/agent-ip/agent-ip.ts'
import { agentLinkStream } from '@elves/core/domain/agent-link/agent-link.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { Position } from '@elves/core/eventing/position.ts'
import { type AgentView, agentsOf, aliasOf, evolveAgentView } from '@elves/core/read-models/agents/agent-view.ts'
import { agentsReadModel } from '@elves/core/read-models/agents/index.ts'
import type { AgentFilter, AgentListing } from '@elves/core/read-models/agents/queries.ts'
import type { PastMoment } from '@elves/core/read-models/paging/past.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import { eachOf } from '../read-side/each-of.ts'
import type { PastList } from '../read-side/past-page.ts'
import { inLogOrder, type StreamPages, streamEvents, streamEventsAsOf } from '../read-side/stream-events.ts'
import { agentMatches } from './filter.ts'

/** Returns the agent as it was just before a position. */
export function agentBefore(pages: StreamPages, agentId: string, position: Position): Promise<AgentView | null> {
  const read = (stream: string) => streamEvents(pages, stream)
  return agentOf(agentId, read, (event) => event.position >= position)
}

/** Returns the agent that an id names, or that had an ip, as it was at an instant; null where there was none. */
export async function agentAsOf(pages: StreamPages, idOrIp: string, asOf: number): Promise<AgentView | null> {
  const agentId = isIPv4(idOrIp) ? await ownerOfIp(pages, idOrIp, asOf) : idOrIp
  const view = agentId === null ? null : await agentOf(agentId, (stream) => streamEventsAsOf(pages, stream, asOf))
  // The ip of an agent that was removed stands for nobody.
  return view && (agentId === idOrIp || aliasOf(view) === idOrIp) ? view : null
}

/** Returns agent ids for a mixed list of agent ids and ips: an ip stands for the agent that had it at an instant. */
export async function agentIdsAsOf(pages: StreamPages, idsOrIps: readonly string[], asOf: number): Promise<readonly string[]> {
  const ids = await eachOf(idsOrIps, async (idOrIp) => (isIPv4(idOrIp) ? ((await agentAsOf(pages, idOrIp, asOf))?.id ?? null) : idOrIp))
  return [...new Set(ids.filter((id) => id !== null))]
}

/** The list of agents as it was. */
export function pastAgents(readModels: ReadModels, filter: AgentFilter, moment: PastMoment): PastList<AgentListing> {
  const matches = agentMatches(filter)
  return {
    moment,
    read: (request) => readModels.of(agentsReadModel).list(filter, request, moment),
    changedAt: ({ position }) => position,
    // No event says when an agent was heard last.
    asItWas: async ({ id }) => {
      const view = await agentAsOf(readModels, id, moment.asOf)
      return view && { ...view, lastSeenAt: null }
    },
    matches: (agent) => matches(agent) && (agent.state !== 'REMOVED' || (filter.states !== undefined && filter.ips === undefined)),
  }
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
  agentId: string,
  read: (stream: string) => AsyncGenerator<RecordedEvent, void>,
  isOver: (event: RecordedEvent) => boolean = () => false,
): Promise<AgentView | null> {
  const ips = new Set<string>()
  for await (const { event } of read(agentStream(agentId))) {
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
