import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { type Position, parsePosition } from '@elves/core/eventing/position.ts'
import { labelledDurations } from '@elves/core/foundation/metrics.ts'
import { agentsReadModel } from '@elves/core/read-models/agents/index.ts'
import type { ProjectorStatus } from '@elves/core/read-models/read-models.ts'
import { type Counters, stateCounts } from '@elves/core/read-models/state-counts.ts'
import { Gauge, type Registry } from 'prom-client'

/** Counting may mean reading. */
const mostCounted = 10_000
const states: readonly ProjectorStatus['state'][] = ['CATCHING_UP', 'LIVE', 'STOPPED']

export interface ProjectorMetrics {
  /** Called when a projector has committed a batch, with the time of its first event in ms since the epoch. */
  handled(projector: string, firstRecordedAt: number, tookMs: number): void
}

export interface ProjectorMetricsOptions {
  readonly registry: Registry
  readonly store: Pick<EventStore, 'countAfter' | 'readAll'>
  readonly projectors: readonly string[]
  readonly status: () => readonly ProjectorStatus<string>[]
  readonly counters: () => Promise<Counters>
}

/**
 * Registers the metrics of projectors. Position, lag and state of each projector, and the agents by state, are read when metrics are
 * asked for; the batches of projectors are measured as they are done.
 */
export function projectorMetrics({ registry, store, projectors, status, counters }: ProjectorMetricsOptions): ProjectorMetrics {
  projectorGauges(registry, store, status)
  new Gauge({
    name: 'elves_agents',
    help: 'Agents by state, as the read models have them.',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      const counted = await counters().catch(() => null)
      this.reset()
      for (const { state, count } of counted ? stateCounts(counted, agentsReadModel) : []) this.set({ state }, count)
    },
  })
  new Gauge({
    name: 'elves_log_events',
    help: 'Events in the log, as the read models have counted them.',
    registers: [registry],
    async collect() {
      const counted = await counters().catch(() => null)
      if (counted) this.set(counted.get('events') ?? 0)
    },
  })
  const labels = { projector: projectors }
  const took = labelledDurations(registry, {
    name: 'elves_projector_batch_duration_seconds',
    help: 'Duration of batches of a projector, with their commit.',
    labels,
  })
  const delay = labelledDurations(registry, {
    name: 'elves_projector_delay_seconds',
    help: 'From the record of an event to its commit in the read model, of each batch the first.',
    labels,
  })
  return {
    handled(projector, firstRecordedAt, tookMs) {
      took.observe({ projector }, tookMs / 1000)
      delay.observe({ projector }, Math.max(0, Date.now() - firstRecordedAt) / 1000)
    },
  }
}

function projectorGauges(registry: Registry, store: ProjectorMetricsOptions['store'], status: () => readonly ProjectorStatus<string>[]): void {
  new Gauge({
    name: 'elves_projector_position',
    help: 'Position of the last event in the read model, as the store has it: events on Postgres, bytes of the log on EventStoreDB. To compare, not to count.',
    labelNames: ['projector'],
    registers: [registry],
    collect() {
      for (const { name, position } of status()) this.set({ projector: name }, parsePosition(position).sequence)
    },
  })
  lagGauge(registry, status, {
    name: 'elves_projector_lag_events',
    help: `Events in the log that are not in the read model yet; ${mostCounted} means that many or more.`,
    lagAt: (position) => store.countAfter(position, mostCounted),
  })
  lagGauge(registry, status, {
    name: 'elves_projector_lag_seconds',
    help: 'How long ago the first event was recorded that is not in the read model yet; 0 if none is.',
    async lagAt(position) {
      const [next] = await store.readAll({ from: position, direction: 'forwards', limit: 1 })
      return next ? Math.max(0, Date.now() - next.recordedAt) / 1000 : 0
    },
  })
  new Gauge({
    name: 'elves_projector_state',
    help: '1 for the state that the projector is in.',
    labelNames: ['projector', 'state'],
    registers: [registry],
    collect() {
      for (const projector of status()) {
        for (const state of states) this.set({ projector: projector.name, state }, projector.state === state ? 1 : 0)
      }
    },
  })
}

interface Lag {
  readonly name: string
  readonly help: string
  /** Rejects if the store does not answer: then the other metrics are served all the same. */
  lagAt(position: Position): Promise<number>
}

function lagGauge(registry: Registry, status: () => readonly ProjectorStatus<string>[], { name, help, lagAt }: Lag): void {
  new Gauge({
    name,
    help,
    labelNames: ['projector'],
    registers: [registry],
    async collect() {
      // Mostly all read models are at the same position.
      const byPosition = [...Map.groupBy(status(), ({ position }) => position)]
      const lags = await Promise.all(byPosition.map(([position]) => lagAt(position))).catch(() => null)
      this.reset()
      if (lags === null) return
      for (const [index, [, those]] of byPosition.entries()) for (const projector of those) this.set({ projector: projector.name }, lags[index] ?? 0)
    },
  })
}
