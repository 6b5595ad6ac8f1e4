import type { EventFeed } from '@elves/core/eventing/event-feed.ts'
import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { readSchema } from '@elves/core/read-models/migrate.ts'
import { allReadModels } from '@elves/core/read-models/registry.ts'
import { readCounters } from '@elves/core/read-models/state-counts.ts'
import type { Registry } from 'prom-client'
import { projectorMetrics } from './projector-metrics.ts'
import { type Projectors, type ProjectorsOptions, projectors } from './projectors.ts'

export interface ProjectionServiceOptions extends Omit<ProjectorsOptions, 'handled' | 'changed'> {
  readonly store: EventFeed
  /** The log itself, for the metrics. */
  readonly log: EventStore
  readonly registry: Registry
}

export interface ProjectionService extends Projectors {
  /** Returns true if every projector follows the log live. */
  isReady(): boolean
}

/** Runs all projectors in this thread, with their metrics. */
export async function projectionService({ registry, log, ...options }: ProjectionServiceOptions): Promise<ProjectionService> {
  const { pool, schema = readSchema } = options
  let running: Projectors | null = null
  const metrics = projectorMetrics({
    registry,
    store: log,
    projectors: allReadModels.map(({ name }) => name),
    status: () => running?.status() ?? [],
    counters: () => readCounters(pool, schema),
  })
  const started = await projectors({ ...options, handled: (name, { recordedAt }, tookMs) => metrics.handled(name, recordedAt, tookMs) })
  running = started
  return { ...started, isReady: () => started.status().every(({ state }) => state === 'LIVE') }
}
