import { aggregates as aggregatesOf } from '@elves/core/eventing/aggregates/aggregates.ts'
import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { memoryEventStore } from '@elves/core/eventing/memory/memory-event-store.ts'
import { type AnyAgentEvent, anyAgentDecider } from '../agents/agent-decider.ts'
import { agentDirectory } from '../agents/agent-directory.ts'
import type { LinkSession, Sighting } from '../agents/agent-liveness.ts'
import { agentRegistration } from '../agents/agent-registration.ts'

/** The agents' part of a center without a database: what a gateway needs of it, and a look at what came of it. */
export function memoryAgents(store: EventStore = memoryEventStore()) {
  const aggregates = aggregatesOf({ store, decider: anyAgentDecider, cacheSize: 10_000 })
  const sightings: Sighting[] = []
  const listeners: ((event: AnyAgentEvent) => void)[] = []
  const connected = new Set<string>()
  const liveness = {
    connecting: async (sessions: readonly LinkSession[]) => {
      for (const { agentId } of sessions) connected.add(agentId)
    },
    disconnected: async (sessions: readonly LinkSession[]) => {
      for (const { agentId } of sessions) connected.delete(agentId)
    },
    seen: async (seen: readonly Sighting[]) => void sightings.push(...seen),
  }
  return {
    registration: agentRegistration({ aggregates, liveness }),
    liveness,
    onEvent: (listener: (event: AnyAgentEvent) => void) => void listeners.push(listener),
    directory: agentDirectory(aggregates),
    aggregates,
    sightings,
    /** Ids of the agents with a link, by what liveness was told. */
    connected: () => [...connected],
    /** As the tail of the store would. */
    announce(event: AnyAgentEvent) {
      for (const listener of listeners) listener(event)
    },
    types: async () => (await store.readAll({ from: null, direction: 'forwards', limit: 10_000 })).map(({ event }) => event.type),
  }
}
