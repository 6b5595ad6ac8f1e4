import { randomUUID } from 'node:crypto'
import { rebuildAggregate } from '@elves/core/domain/rebuild/rebuild.ts'
import { openAggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { holdLease } from '@elves/core/eventing/leases/lease.ts'
import { eventingSchema } from '@elves/core/eventing/postgres/eventing-schema.ts'
import { isTableThere } from '@elves/core/eventing/postgres/table-there.ts'
import { asElvesError } from '@elves/core/foundation/errors.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { Tries } from '@elves/core/foundation/outages.ts'
import { pause, untilTick } from '@elves/core/foundation/waiting.ts'
import { isReadModelName } from '@elves/core/read-models/registry.ts'
import type pg from 'pg'
import { rebuild } from './rebuild.ts'

export interface RebuildsOnRequestOptions {
  readonly store: EventStore
  readonly pool: pg.Pool
  readonly connectionString: string
  /** Names this instance in the lease. */
  readonly owner: string
  readonly logger: Logger
}

const everyMs = 2_000
const afterFailureMs = 5_000
const part = 'rebuilds'

/** Makes read models anew where somebody has asked for it, one after the other, on one instance at a time. */
export function rebuildsOnRequest(options: RebuildsOnRequestOptions): Running {
  const { pool, owner, logger } = options
  const tries = new Tries(logger)
  return holdLease({
    pool,
    name: part,
    owner,
    logger,
    async whileHeld({ signal }) {
      while (!signal.aborted) {
        let hasFailed = false
        try {
          await doNext(options, signal)
          tries.over()
        } catch (error) {
          if (signal.aborted) return
          if (!tries.failed(asElvesError(error))) logger.warn({ err: error }, 'a rebuild could not be begun or ended; trying again')
          hasFailed = true
        }
        await pause(hasFailed ? afterFailureMs : untilTick(everyMs), signal)
      }
    },
  })
}

/** The table says where to look, the stream whether it is still to be done: the table is a moment behind. */
async function doNext({ store, pool, connectionString, logger }: RebuildsOnRequestOptions, signal: AbortSignal): Promise<void> {
  const aggregates = openAggregates({ store, cacheSize: 10 })
  for (const id of await requested(pool)) {
    if (signal.aborted) return
    const stream = rebuildAggregate.streamOf(id)
    const { state } = await aggregates.load(rebuildAggregate, stream)
    if (state.phase !== 'REQUESTED') continue
    const startedAt = performance.now()
    const outcome = await rebuild({ store, connectionString, signal, readModels: state.readModels.filter(isReadModelName) }).then(
      (upTo) => ({ type: 'RecordRebuilt', upTo, durationMs: Math.round(performance.now() - startedAt) }) as const,
      (thrown) => {
        const { code, message, canRetry } = asElvesError(thrown)
        // It is begun anew, here or elsewhere.
        if (canRetry || signal.aborted) throw thrown
        return { type: 'RecordRebuildFailed', code, message } as const
      },
    )
    const [requestedBy] = await store.readStream(stream)
    const context = {
      actor: { kind: 'SYSTEM', id: part, name: null },
      correlationId: requestedBy?.context.correlationId ?? randomUUID(),
      causationId: requestedBy?.id ?? null,
      metadata: {},
    } as const
    await aggregates.handle({ aggregate: rebuildAggregate, stream, commands: [outcome], context })
    logger.info({ rebuild: id, readModels: state.readModels, outcome: outcome.type }, 'read models were rebuilt on request')
  }
}

/** Oldest first. */
async function requested(pool: pg.Pool): Promise<readonly string[]> {
  const table = `${eventingSchema}.rebuilds`
  // Else no service of the write side has started on this database yet.
  if (!(await isTableThere(pool, table))) return []
  const { rows } = await pool.query<{ id: string }>(`select id from ${table} where state = 'REQUESTED' order by requested_at, id`)
  return rows.map(({ id }) => id)
}
