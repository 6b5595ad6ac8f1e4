import { randomUUID } from 'node:crypto'
import { ageingAggregate, valuesAgeingStream } from '@elves/core/domain/ageing/ageing.ts'
import { largeValueBytes } from '@elves/core/domain/task/aged-values.ts'
import { hasEnded, taskStateOf } from '@elves/core/domain/task/state.ts'
import { taskAggregate, taskStream } from '@elves/core/domain/task/task.ts'
import { openAggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
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
        const aged = await ageOutValues({ store, pool, keptMs: days * dayMs, rule: `ELVES_VALUES_KEPT_DAYS=${days}`, signal })
        if (aged > 0) logger.info({ tasks: aged, days }, 'large values of old tasks were aged out')
        await pause(everyMs, signal)
      }
    },
  })
}

export interface AgeOut {
  readonly store: EventStore
  readonly pool: pg.Pool
  /** Schema of the read models; default `elves_read`. */
  readonly schema?: string
  /** Why, for people: a setting and its value. */
  readonly rule: string
  /** What is younger, in ms on the database's clock, stays. */
  readonly keptMs: number
  readonly signal?: AbortSignal
}

/**
 * Ages out what is old enough now; returns the number of tasks. It is told by an event before it goes. Stops while a rebuild or a verification
 * runs: the next call goes on.
 */
export async function ageOutValues({ store, pool, schema = readSchema, keptMs, rule, signal }: AgeOut): Promise<number> {
  const telling = tellingOf(store, rule)
  // Tasks whose turn came while they were open: each is looked at once a call.
  const { rows } = await pool.query<{ stream: string }>(`select stream_id as stream from ${eventingSchema}.values_still_kept`)
  const still = rows.map(({ stream }) => stream)
  const before = await agedThrough(pool)
  await telling.earlier(before)
  let aged = 0
  for (let next: OldEvents | null = { streams: still, through: null }; next; next = await nextOldEvents(pool, keptMs)) {
    if (next.through !== null && next.streams.length > 0) await telling.all(next.through)
    for (let first = 0; first < next.streams.length; first += batchTasks) {
      if (signal?.aborted) return aged
      const batch = next.streams.slice(first, first + batchTasks)
      const streams = next.through === null ? await endedOf(store, batch) : batch
      if (next.through === null) await telling.late(before, streams)
      const done = await ageOutStreams({ store, pool, schema, streams, through: next.through ?? before })
      if (done === null) return aged
      aged += done
    }
    if (next.through !== null) await pool.query(`update ${eventingSchema}.aged_values set through = $1`, [next.through])
  }
  return aged
}

/** Tells, in the log, what goes and why. */
function tellingOf(store: EventStore, rule: string) {
  const aggregates = openAggregates({ store, cacheSize: 1 })
  const told = async (through: number, tasks: readonly string[], why = rule) => {
    const context = {
      actor: { kind: 'SYSTEM', id: 'value-ageing', name: null },
      correlationId: randomUUID(),
      causationId: null,
      metadata: {},
    } as const
    const command = { type: 'AgeOutValues', rule: why, through, tasks } as const
    await aggregates.handle({ aggregate: ageingAggregate, stream: valuesAgeingStream, commands: [command], context })
  }
  return {
    all: (through: number) => told(through, []),
    async late(through: number, streams: readonly string[]) {
      const tasks = streams.map((stream) => taskAggregate.idOf(stream) ?? '')
      if (tasks.length > 0) await told(through, tasks)
    },
    /** Says of values that a release aged out which told nobody that they are gone. */
    async earlier(through: number) {
      const { version } = await aggregates.load(ageingAggregate, valuesAgeingStream)
      if (version === -1 && through > 0) await told(through, [], 'ELVES_VALUES_KEPT_DAYS, by an earlier release')
    },
  }
}

/** Returns those of these streams whose tasks have ended. */
async function endedOf(store: Pick<EventStore, 'readStreams'>, streams: readonly string[]): Promise<readonly string[]> {
  const all = await store.readStreams(streams)
  return streams.filter((_stream, index) => hasEnded(taskStateOf(all[index] ?? []).phase))
}

async function agedThrough(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ through: string }>(`select through from ${eventingSchema}.aged_values`)
  return Number(rows[0]?.through ?? 0)
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

interface AgeOutStreams extends Required<Pick<AgeOut, 'pool' | 'schema'>> {
  readonly store: Pick<EventStore, 'readStreams'>
  readonly streams: readonly string[]
  /** Sequence of the last event whose values go. */
  readonly through: number
}

/** Returns the number of tasks that were aged; null if a rebuild or a verification runs. */
async function ageOutStreams({ store, pool, schema, streams, through }: AgeOutStreams): Promise<number | null> {
  const all = await store.readStreams(streams)
  return inTransaction(pool, async (client) => {
    const free = await client.query<{ isFree: boolean }>('select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as "isFree"', [
      `${schema}.rebuild`,
    ])
    if (!free.rows[0]?.isFree) return null
    await lockProjector(client, schema, tasksReadModel)
    const kept: string[] = []
    for (const [index, events] of all.entries()) if (!(await ageOutTask(client, schema, { events, through }))) kept.push(streams[index] as string)
    await client.query(`delete from ${eventingSchema}.values_still_kept where stream_id = any($1::text[])`, [streams])
    await client.query(`insert into ${eventingSchema}.values_still_kept select unnest($1::text[])`, [kept])
    return streams.length - kept.length
  })
}
