import type { EventStore, RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { formatPosition, type Position, parsePosition, sequenceIn } from '@elves/core/eventing/position.ts'
import { plainPool } from '@elves/core/eventing/postgres/plain-pool.ts'
import { inTransaction } from '@elves/core/eventing/postgres/transaction.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { readMoment } from '@elves/core/read-models/event-log/log-times.ts'
import { migrateReadModels, readSchema } from '@elves/core/read-models/migrate.ts'
import { allReadModels } from '@elves/core/read-models/registry.ts'
import pg from 'pg'
import { refuseMissing } from './read-models-missing.ts'
import { rebuildConnection } from './rebuild-lock.ts'
import { replay } from './replay.ts'
import { withoutIndexes } from './without-indexes.ts'

/** All schemas of replays begin with it. */
export const replayPrefix = 'elves_at_'

export interface ReplayAt {
  readonly store: EventStore
  readonly connectionString: string
  /** An instant, ms since the epoch, or a position: events up to it, inclusive. */
  readonly at: number | Position
  /** Schema of the live read models; default `elves_read`. */
  readonly live?: string
  readonly signal?: AbortSignal
  onProgress?(done: number, total: number | null): void
}

/** Read models as of a moment, in a schema of their own. */
export interface Replayed {
  readonly schema: string
  /** The last position of the log that they may have. */
  readonly position: Position
  /** When they were built, ISO 8601; null: they were not finished. */
  readonly builtAt: string | null
}

/**
 * Builds the read models as of a moment in a schema of their own, beside the live ones, which it does not touch. One that was left
 * by a replay of the same moment is replaced. If it fails, it leaves nothing. Throws READ_MODELS_MISSING, POSITION_UNKNOWN.
 */
export async function replayAt(options: ReplayAt): Promise<Replayed> {
  const { connectionString, at } = options
  const pool = plainPool(connectionString, 2)
  const end = await endOf(pool, options).finally(() => pool.end())
  const schema = schemaOf(at)
  const client = await rebuildConnection(connectionString, schema)
  const work = plainPool(connectionString, 2)
  try {
    await client.query(`drop schema if exists ${schema} cascade`)
    await migrateReadModels(work, schema)
    const makeIndexes = await withoutIndexes(client, schema)
    await replay({
      ...options,
      after: null,
      schema,
      projectors: allReadModels.map((projector) => ({ projector, upTo: end })),
      ...(typeof at === 'number' && { isWanted: ({ recordedAt }: RecordedEvent) => recordedAt <= at }),
      inBatch: (apply) => inTransaction(work, apply),
    })
    await makeIndexes()
    const names = allReadModels.map(({ name }) => name)
    await client.query(`insert into ${schema}.checkpoints (name, position) select name, $2 from unnest($1::text[]) as name`, [names, end])
    const built: Replayed = { schema, position: end, builtAt: new Date().toISOString() }
    await client.query(`comment on schema ${schema} is ${pg.escapeLiteral(JSON.stringify(built))}`)
    await client.query(`analyze`)
    return built
  } catch (error) {
    await client.query(`drop schema if exists ${schema} cascade`).catch(() => undefined)
    throw error
  } finally {
    await work.end()
    await client.end()
  }
}

/** Returns the position to replay up to. Events up to it may still be of later, where the clock of the store went back. */
async function endOf(pool: pg.Pool, { store, at, live = readSchema }: ReplayAt): Promise<Position> {
  const head = await store.head()
  if (typeof at === 'string') {
    sequenceIn(parsePosition(head).logId, at)
    return at < head ? at : head
  }
  await refuseMissing(pool, live)
  const moment = await readMoment(pool, live, at)
  return moment === null ? head : formatPosition(moment.logId, moment.end - 1)
}

function schemaOf(at: number | Position): string {
  const text = typeof at === 'number' ? new Date(at).toISOString() : at
  return (
    replayPrefix +
    text
      .toLowerCase()
      .replaceAll(/[^0-9a-z]/g, '_')
      .replace(/_$/, '')
  )
}

/** Returns the read models that replays have left, by schema. */
export async function replays(pool: pg.Pool): Promise<readonly Replayed[]> {
  const text = `select nspname as schema, obj_description(oid, 'pg_namespace') as built from pg_namespace
    where left(nspname, $1) = $2 order by nspname`
  const { rows } = await pool.query<{ schema: string; built: string | null }>(text, [replayPrefix.length, replayPrefix])
  return rows.map(({ schema, built }) => (built === null ? { schema, position: '', builtAt: null } : (JSON.parse(built) as Replayed)))
}

/** Removes the read models that a replay has left. Throws CONFIG_INVALID for any other schema. */
export async function dropReplay(pool: pg.Pool, schema: string): Promise<void> {
  if (!(await replays(pool)).some((one) => one.schema === schema)) {
    throw new ElvesError('CONFIG_INVALID', `${schema} is no schema that a replay has left`, { facts: { schema } })
  }
  await pool.query(`drop schema ${pg.escapeIdentifier(schema)} cascade`)
}
