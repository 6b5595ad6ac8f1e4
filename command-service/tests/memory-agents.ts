import type { AnyAgentEvent } from '@elves/core/domain/agent-events.ts'
import { openAggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { memoryEventStore } from '@elves/core/eventing/memory/memory-event-store.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { admission } from '../agents/admission.ts'
import { agentDirectory } from '../agents/agent-directory.ts'
import type { AgentSession, Sighting } from '../agents/agent-liveness.ts'
import { agentRegistration } from '../agents/agent-registration.ts'
import { testToken } from './test-agent.ts'

/** The agents' part of a center without a database: what a gateway needs, and what a test looks at. */
export function memoryAgents(store: EventStore = memoryEventStore()) {
  const aggregates = openAggregates({ store, cacheSize: 10_000 })
  const sightings: Sighting[] = []
  const listeners: ((event: AnyAgentEvent) => void)[] = []
  const connected = new Set<string>()
  const sessions = new Map<string, string>()
  const heard: AgentSession[] = []
  const liveness = {
    connecting: async (connecting: readonly AgentSession[]) => {
      for (const { agentId, sessionId } of connecting) {
        connected.add(agentId)
        sessions.set(agentId, sessionId)
      }
    },
    heard: async (asked: readonly AgentSession[]) => {
      const known = asked.filter(({ agentId, sessionId }) => connected.has(agentId) && sessions.get(agentId) === sessionId)
      heard.push(...known)
      return new Set(known.map(({ agentId }) => agentId))
    },
    sessionsOf: async (_agentIds: readonly string[]) => sessions,
    disconnected: async (sessions: readonly AgentSession[]) => {
      for (const { agentId } of sessions) connected.delete(agentId)
    },
    seen: async (seen: readonly Sighting[]) => void sightings.push(...seen),
  }
  return {
    registration: agentRegistration({ aggregates, liveness, logger: silentLogger }),
    admission: admission({ aggregates, settings: { joinToken: testToken, keylessAgents: true } }),
    liveness,
    onEvent: (listener: (event: AnyAgentEvent) => void) => void listeners.push(listener),
    directory: agentDirectory(aggregates),
    aggregates,
    sightings,
    /** Sessions that were heard of. */
    heard,
    /** Ids of the agents that are connected, as liveness was told. */
    connected: () => [...connected],
    /** Tells the listeners of an event, as the tail of the store would. */
    announce(event: AnyAgentEvent) {
      for (const listener of listeners) listener(event)
    },
    types: async () => (await store.readAll({ from: null, direction: 'forwards', limit: 10_000 })).map(({ event }) => event.type),
  }
}
