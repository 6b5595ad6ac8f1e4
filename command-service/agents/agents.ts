import { agentAppsAggregate } from '@elves/core/domain/agent-apps/agent-apps.ts'
import { type AnyAgentEvent, isAnyAgentEvent } from '@elves/core/domain/agent-events.ts'
import { joinTokenAggregate } from '@elves/core/domain/join-token/join-token.ts'
import { type Aggregates, openAggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import type { EventStore, RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { runProcessManager } from '@elves/core/eventing/process-managers/process-manager.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type pg from 'pg'
import { type Admission, type AdmissionSettings, admission } from './admission.ts'
import { type AgentDirectory, agentDirectory } from './agent-directory.ts'
import { type AgentLiveness, postgresAgentLiveness } from './agent-liveness.ts'
import { agentPresence } from './agent-presence.ts'
import { type AgentRegistration, agentRegistration } from './agent-registration.ts'

export interface AgentsOptions {
  readonly store: EventStore
  readonly pool: pg.Pool
  /** Schema of the liveness table. */
  readonly schema?: string
  readonly instanceId: string
  readonly lostAfterMs: number
  readonly settings: AdmissionSettings
  readonly logger: Logger
}

/** What the write side knows and does about agents. */
export interface Agents {
  readonly directory: AgentDirectory
  readonly registration: AgentRegistration
  readonly admission: Admission
  readonly liveness: AgentLiveness
  /** Streams whose state is in memory. */
  readonly cachedCount: number
  /** Takes the events of the store's tail, to keep the directory up to date with what other instances wrote. */
  observe(event: RecordedEvent): void
  /** Calls the listener with each agent event that `observe` is given. */
  onEvent(listener: (event: AnyAgentEvent) => void): void
  /** Decides about agents and their links. */
  readonly aggregates: Aggregates
  /** Starts the process manager that calls silent agents lost. It acts while this instance has the lease. */
  watchPresence(): Running
}

/** Streams that are kept in memory: three per agent. */
const cacheSize = 100_000
/** Bytes of the states that are kept: the facts of an agent may name many apps and labels. */
const cacheBytes = 32 * 1024 * 1024

export function agents({ store, pool, schema = 'elves', instanceId, lostAfterMs, settings, logger }: AgentsOptions): Agents {
  const aggregates = openAggregates({ store, cacheSize, cacheBytes })
  const liveness = postgresAgentLiveness({ pool, schema, gatewayId: instanceId })
  const listeners: ((event: AnyAgentEvent) => void)[] = []

  function observe(recorded: RecordedEvent): void {
    if (joinTokenAggregate.isEvent(recorded) || agentAppsAggregate.isEvent(recorded)) aggregates.observe(recorded)
    if (!isAnyAgentEvent(recorded)) return
    aggregates.observe(recorded)
    for (const listener of listeners) listener(recorded.event)
  }

  return {
    directory: agentDirectory(aggregates),
    registration: agentRegistration({ aggregates, liveness, logger }),
    admission: admission({ aggregates, settings }),
    liveness,
    get cachedCount() {
      return aggregates.cachedCount
    },
    observe,
    onEvent: (listener) => void listeners.push(listener),
    aggregates,
    watchPresence: () => runProcessManager(agentPresence({ aggregates, liveness, lostAfterMs, logger }), { pool, owner: instanceId, logger }),
  }
}
