import { largeValueBytes } from '@elves/core/domain/task/aged-values.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { holdLease } from '@elves/core/eventing/leases/lease.ts'
import { eventingSchema } from '@elves/core/eventing/postgres/eventing-schema.ts'
import { firstSince } from '@elves/core/eventing/postgres/first-since.ts'
import { inTransaction } from '@elves/core/eventing/postgres/transaction.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { Settings } from '@elves/core/foundation/settings.ts'
import { pause } from '@elves/core/foundation/waiting.ts'
import { readSchema } from '@elves/core/read-models/migrate.ts'
import { lockProjector } from '@elves/core/read-models/projector.ts'
import { ageOutTask } from '@elves/core/read-models/tasks/age-out.ts'
import { tasksReadModel } from '@elves/core/read-models/tasks/index.ts'
import type pg from 'pg'

/** Tasks in a transaction. */
const batchTasks = 100
/** Events that are looked through at once. */
const pageEvents = 20_000
const everyMs = 3_600_000
const dayMs = 86_400_000

export interface ValueAgeingOptions {
  readonly store: EventStore
  readonly pool: pg.Pool
  readonly settings: Pick<Settings, 'ELVES_VALUES_KEPT_DAYS' | 'ELVES_EVENTSTOREDB_URL'>
  readonly owner: string
  readonly logger: Logger
}

/**
 * Ages out the large values of tasks that have ended, when they are older than the setting says: at the start and then every hour, on
 * one instance at a time. Null: they are kept for ever. Throws CONFIG_INVALID with an EventStoreDB, whose events can't be changed.
 */
export function valueAgeing({ store, pool, settings, owner, logger }: ValueAgeingOptions): Running | null {
  const days = settings.ELVES_VALUES_KEPT_DAYS
  if (days === 0) return null
  if (settings.ELVES_EVENTSTOREDB_URL !== '') {
    throw new ElvesError('CONFIG_INVALID', 'ELVES_VALUES_KEPT_DAYS: an EventStoreDB can not change what it has, so values are kept there for ever')
  }
  return holdLease({
    pool,
    name: 'value-ageing',
    owner,
    logger,
    async whileHeld({ signal }) {
      while (!signal.aborted) {
        const aged = await ageOutValues({ store, pool, keptMs: days * dayMs, signal })
        if (aged > 0) logger.info({ tasks: aged, days }, 'large values of old tasks were aged out')
        await pause(everyMs, signal)
      }
    },
  })
}

export interface AgeOut {
  readonly store: Pick<EventStore, 'readStreams'>
  readonly pool: pg.Pool
  /** Schema of the read models; default `elves_read`. */
  readonly schema?: string
  /** What is younger, in ms on the database's clock, stays. */
  readonly keptMs: number
  readonly signal?: AbortSignal
}

/** Ages out what is old enough now; returns the number of tasks. Stops while a rebuild or a verification runs: the next call goes on. */
export async function ageOutValues({ store, pool, schema = readSchema, keptMs, signal }: AgeOut): Promise<number> {
  // Tasks whose turn came while they were open: each is looked at once a call.
  const { rows } = await pool.query<{ stream: string }>(`select stream_id as stream from ${eventingSchema}.values_still_kept`)
  const still = rows.map(({ stream }) => stream)
  let aged = 0
  for (let next: OldEvents | null = { streams: still, through: null }; next; next = await nextOldEvents(pool, keptMs)) {
    for (let first = 0; first < next.streams.length; first += batchTasks) {
      if (signal?.aborted) return aged
      const done = await ageOutStreams({ store, pool, schema, streams: next.streams.slice(first, first + batchTasks) })
      if (done === null) return aged
      aged += done
    }
    if (next.through !== null) await pool.query(`update ${eventingSchema}.aged_values set through = $1`, [next.through])
  }
  return aged
}

interface OldEvents {
  /** Tasks that may have large values. */
  readonly streams: readonly string[]
  /** Position of the last of these events; null: as it was. */
  readonly through: number | null
}

/** Finds the next events that are old enough; null: there are none. */
async function nextOldEvents(pool: pg.Pool, keptMs: number): Promise<OldEvents | null> {
  const old = '(extract(epoch from clock_timestamp()) * 1000)::int8 - $1::int8'
  const text = `select max(position) as through,
      coalesce(array_agg(distinct stream_id) filter (where octet_length(data) > $2 and starts_with(stream_id, $3)), '{}') as streams
    from (select position, stream_id, data from ${eventingSchema}.events
      where position > (select through from ${eventingSchema}.aged_values) and position < ${firstSince(`${eventingSchema}.events`, old)}
      order by position limit $4) as page`
  const { rows } = await pool.query<{ through: string | null; streams: readonly string[] }>(text, [
    keptMs,
    largeValueBytes,
    taskStream(''),
    pageEvents,
  ])
  const [page] = rows
  return page && page.through !== null ? { streams: page.streams, through: Number(page.through) } : null
}

interface AgeOutStreams extends Required<Pick<AgeOut, 'store' | 'pool' | 'schema'>> {
  readonly streams: readonly string[]
}

/** Returns the number of tasks that were aged; null if a rebuild or a verification runs. */
async function ageOutStreams({ store, pool, schema, streams }: AgeOutStreams): Promise<number | null> {
  const all = await store.readStreams(streams)
  return inTransaction(pool, async (client) => {
    const free = await client.query<{ isFree: boolean }>('select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as "isFree"', [
      `${schema}.rebuild`,
    ])
    if (!free.rows[0]?.isFree) return null
    await lockProjector(client, schema, tasksReadModel)
    const kept: string[] = []
    for (const [index, events] of all.entries()) if (!(await ageOutTask(client, schema, events))) kept.push(streams[index] as string)
    await client.query(`delete from ${eventingSchema}.values_still_kept where stream_id = any($1::text[])`, [streams])
    await client.query(`insert into ${eventingSchema}.values_still_kept select unnest($1::text[])`, [kept])
    return streams.length - kept.length
  })
}
