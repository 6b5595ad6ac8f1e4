import type { EventFeed } from '@elves/core/eventing/event-feed.ts'
import { parsePosition } from '@elves/core/eventing/position.ts'
import type { ProjectorStatus } from '@elves/core/read-models/read-models.ts'
import { Gauge, type Registry } from 'prom-client'

const states: readonly ProjectorStatus['state'][] = ['CATCHING_UP', 'LIVE', 'STOPPED']

/** Position, lag and state of each projector, read when the metrics are. */
export function projectorMetrics(registry: Registry, store: EventFeed, status: () => readonly ProjectorStatus<string>[]): void {
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
      // Metrics of the rest are served while the store does not answer.
      const head = await store.head().catch(() => null)
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
