import type { EventFeed } from '@elves/core/eventing/event-feed.ts'
import { type EventHandler, runEventHandler } from '@elves/core/eventing/handlers/event-handler.ts'
import { formatPosition, type Position, parsePosition } from '@elves/core/eventing/position.ts'
import { together } from '@elves/core/eventing/postgres/database-pool.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { readSchema } from '@elves/core/read-models/migrate.ts'
import { lockProjector, type Projector } from '@elves/core/read-models/projector.ts'
import type { ProjectorStatus } from '@elves/core/read-models/read-models.ts'
import { allReadModels } from '@elves/core/read-models/registry.ts'
import { readCounters } from '@elves/core/read-models/state-counts.ts'
import type pg from 'pg'
import type { Registry } from 'prom-client'
import { type ProjectorMetrics, projectorMetrics } from './projector-metrics.ts'
import { stateReports } from './state-reports.ts'

export interface ProjectionServiceOptions {
  readonly store: EventFeed
  readonly pool: pg.Pool
  /** Schema of the read models, migrated; default `elves_read`. */
  readonly schema?: string
  readonly logger: Logger
  readonly registry: Registry
  /** Most events per transaction; default 2 000. */
  readonly batchSize?: number
}

export interface ProjectionService extends Running {
  status(): ProjectorStatus<string>[]
  /** Returns true if every projector follows the log live. */
  isReady(): boolean
  /** Resolves when all read models have reached the position. Throws READ_MODEL_BEHIND, POSITION_UNKNOWN. */
  reached(position: Position, timeoutMs: number): Promise<void>
}

/** Runs every projector from its own checkpoint. A projector that fails stops alone, and its status says why; it never skips an event. */
export async function projectionService(options: ProjectionServiceOptions): Promise<ProjectionService> {
  const { store, pool, schema = readSchema, logger, registry } = options
  const { logId } = parsePosition(await store.head())
  const metrics = projectorMetrics({
    registry,
    store,
    projectors: allReadModels.map(({ name }) => name),
    status: () => status(),
    counters: () => readCounters(pool, schema),
  })
  const handlers = allReadModels.map((projector) => ({ projector, handler: handlerOf(projector, options, metrics) }))
  const status = () => handlers.map(({ projector, handler }) => statusOf(projector.name, handler, logId))
  const reports = stateReports({ pool, schema, logger, status })
  return {
    status,
    isReady: () => status().every(({ state }) => state === 'LIVE'),
    reached: async (position, timeoutMs) => {
      await Promise.all(handlers.map(({ handler }) => handler.reached(position, timeoutMs)))
    },
    stop: async () => {
      await Promise.all(handlers.map(({ handler }) => handler.stop()))
      await reports.stop()
    },
  }
}

function handlerOf(
  projector: Projector,
  { store, pool, schema = readSchema, logger, batchSize = 2000 }: ProjectionServiceOptions,
  metrics: ProjectorMetrics,
): EventHandler {
  return runEventHandler({
    name: projector.name,
    store,
    pool,
    schema,
    logger,
    batchSize,
    async apply(client, events) {
      await together(client, [() => lockProjector(client, schema, projector), () => projector.apply(client, schema, events)])
    },
    handled: (events, tookMs) => metrics.handled(projector.name, events, tookMs),
  })
}

function statusOf(name: string, handler: EventHandler, logId: string): ProjectorStatus<string> {
  const { position, state, error } = handler.status()
  return { name, position: position ?? formatPosition(logId, 0), state, error: error && `[${error.code}] ${error.message}` }
}
