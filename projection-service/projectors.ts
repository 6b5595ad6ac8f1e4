import type { EventFeed } from '@elves/core/eventing/event-feed.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { EventHandlerStatus } from '@elves/core/eventing/handlers/event-handler.ts'
import { runEventPass } from '@elves/core/eventing/handlers/event-pass.ts'
import { mergingFeed } from '@elves/core/eventing/handlers/merged-batches.ts'
import { Wanted } from '@elves/core/eventing/handlers/wanted.ts'
import { formatPosition, type Position, parsePosition } from '@elves/core/eventing/position.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { gatherMs as defaultGatherMs } from '@elves/core/read-models/hurry.ts'
import { readSchema } from '@elves/core/read-models/migrate.ts'
import { lockProjectors } from '@elves/core/read-models/projector.ts'
import type { ProjectorStatus } from '@elves/core/read-models/read-models.ts'
import { allReadModels } from '@elves/core/read-models/registry.ts'
import type pg from 'pg'
import { stateReports } from './state-reports.ts'

export interface ProjectorsOptions {
  readonly store: EventFeed
  readonly pool: pg.Pool
  /** Schema of the read models, migrated; default `elves_read`. */
  readonly schema?: string
  readonly logger: Logger
  /** Most events per transaction; default 2 000. */
  readonly batchSize?: number
  /** How long live events gather if nobody waits for them; default 100 ms. 0: the feed itself gathers them. */
  readonly gatherMs?: number
  /** Called when a projector has committed a batch, with its first event. */
  handled(projector: string, first: RecordedEvent, tookMs: number): void
  /** Called when the status of a projector may have changed. */
  changed?(): void
}

export interface Projectors extends Running {
  status(): ProjectorStatus<string>[]
  /** Resolves when all read models have reached the position. Throws READ_MODEL_BEHIND, POSITION_UNKNOWN. */
  reached(position: Position, timeoutMs: number): Promise<void>
  /** Somebody waits for this position: events up to it do not gather. */
  hurry(position: Position): void
}

/**
 * Runs all projectors in one pass over the log. One that is behind catches up beside the others, and then joins them. One
 * that fails stops alone, and its status says why; it never skips an event.
 */
export async function projectors(options: ProjectorsOptions): Promise<Projectors> {
  const { store, pool, schema = readSchema, logger, batchSize = 2000, gatherMs = defaultGatherMs, handled, changed } = options
  const { logId } = parsePosition(await store.head())
  const wanted = new Wanted()
  const gathering = { forMs: gatherMs, maxEvents: batchSize, urgency: wanted, isWanted: () => true }
  const pass = runEventPass({
    store: gatherMs === 0 ? store : mergingFeed(store, gathering),
    pool,
    schema,
    logger,
    batchSize,
    handlers: allReadModels.map(({ name, apply }) => ({ name, apply: (client, events) => apply(client, schema, events) })),
    lock: (client, names) => lockProjectors(client, schema, names),
    handled: (name, [first], tookMs) => first && handled(name, first, tookMs),
    passed: (position) => wanted.pass(position),
    changed: () => changed?.(),
  })
  const status = () => pass.status().map((one) => statusOf(one, logId))
  const reports = stateReports({ pool, schema, logger, status })
  return {
    status,
    reached: (position, timeoutMs) => {
      wanted.want(position)
      return pass.reached(position, timeoutMs)
    },
    hurry: (position) => wanted.want(position),
    stop: async () => {
      await pass.stop()
      await reports.stop()
    },
  }
}

function statusOf({ name, position, state, error }: EventHandlerStatus & { readonly name: string }, logId: string): ProjectorStatus<string> {
  return { name, position: position ?? formatPosition(logId, 0), state, error: error && `[${error.code}] ${error.message}` }
}
