import type { EventFeed } from '@elves/core/eventing/event-feed.ts'
import { parsePosition } from '@elves/core/eventing/position.ts'
import { labelledDurations } from '@elves/core/foundation/metrics.ts'
import { agentsReadModel } from '@elves/core/read-models/agents/index.ts'
import type { ProjectorStatus } from '@elves/core/read-models/read-models.ts'
import { type Counters, stateCounts } from '@elves/core/read-models/state-counts.ts'
import { Gauge, type Registry } from 'prom-client'

const states: readonly ProjectorStatus['state'][] = ['CATCHING_UP', 'LIVE', 'STOPPED']

export interface ProjectorMetrics {
  /** Called when a projector has committed a batch, with the time of its first event in ms since the epoch. */
  handled(projector: string, firstRecordedAt: number, tookMs: number): void
}

export interface ProjectorMetricsOptions {
  readonly registry: Registry
  readonly store: EventFeed
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

function projectorGauges(registry: Registry, store: EventFeed, status: () => readonly ProjectorStatus<string>[]): void {
  new Gauge({
    name: 'elves_projector_position',
    help: 'Sequence of the last event in the read model.',
    labelNames: ['projector'],
    registers: [registry],
    collect() {
      for (const { name, position } of status()) this.set({ projector: name }, parsePosition(position).sequence)
    },
  })
  new Gauge({
    name: 'elves_projector_lag_events',
    help: 'Events in the log that are not in the read model yet.',
    labelNames: ['projector'],
    registers: [registry],
    async collect() {
      // If the store does not answer, the other metrics are served all the same.
      const head = await store.head().catch(() => null)
      this.reset()
      if (head === null) return
      const { sequence } = parsePosition(head)
      for (const { name, position } of status()) this.set({ projector: name }, Math.max(0, sequence - parsePosition(position).sequence))
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
