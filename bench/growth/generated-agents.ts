import { randomUUID } from 'node:crypto'
import { agentStream } from '@elves/core/domain/agent/agent.ts'
import { agentIpStream } from '@elves/core/domain/agent-ip/agent-ip.ts'
import { agentLinkStream } from '@elves/core/domain/agent-link/agent-link.ts'
import type { DomainEvent } from '@elves/core/domain/events.ts'
import type { Append, EventStore } from '@elves/core/eventing/event-store.ts'
import type { EventContext } from '@elves/schemas/generated/types.ts'
import { generatedAgent, generatedIp } from './mix.ts'

const agentsAtOnce = 50

export interface GeneratedAgents {
  /** Default: none have any. */
  labels?(index: number): Readonly<Record<string, string>>
}

/** Writes agents that registered, got their address, connected and went: nobody waits for them. Every fiftieth was removed. */
export async function generateAgents(
  store: Pick<EventStore, 'append'>,
  agents: number,
  { labels = () => ({}) }: GeneratedAgents = {},
): Promise<void> {
  for (let first = 0; first < agents; first += agentsAtOnce) {
    const indexes = Array.from({ length: Math.min(agentsAtOnce, agents - first) }, (_, offset) => first + offset)
    await store.append(indexes.flatMap((index) => agentLife(index, labels(index))))
  }
}

function agentLife(index: number, labels: Readonly<Record<string, string>>): Append[] {
  const [agentId, ip] = [generatedAgent(index), generatedIp(index)]
  const context: EventContext = { actor: { kind: 'AGENT', id: agentId, name: null }, correlationId: randomUUID(), causationId: null, metadata: {} }
  const facts = {
    name: `host-${index}`,
    version: '1',
    platform: 'linux-x64',
    labels,
    apps: [{ name: `app-${index % 20}`, version: '1', isLocal: true }],
  }
  const link = { agentId, sessionId: 's', bootId: 'b', journalId: 'j', gatewayId: 'g', remoteAddress: ip, clockOffsetMs: 0 }
  const append = (stream: string, ...events: DomainEvent[]): Append => ({
    stream,
    expectedVersion: -1,
    events: events.map((event) => ({ id: randomUUID(), event, context })),
  })
  return [
    append(agentStream(agentId), { type: 'AgentRegistered', data: { agentId, ip, facts } }),
    append(agentIpStream(ip), { type: 'AgentIpClaimed', data: { ip, agentId, previousAgentId: null } }),
    append(
      agentLinkStream(agentId),
      { type: 'AgentConnected', data: link },
      { type: 'AgentDisconnected', data: { agentId, sessionId: 's', reason: 'GOODBYE' } },
      ...(index % 50 === 49 ? [removed(agentId)] : []),
    ),
  ]
}

function removed(agentId: string): DomainEvent {
  return { type: 'AgentRemoved', data: { agentId, reason: null, idempotencyKey: null } }
}
