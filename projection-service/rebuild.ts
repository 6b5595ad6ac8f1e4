import type { EventStore } from '@elves/core/eventing/event-store.ts'
import type { Position } from '@elves/core/eventing/position.ts'
import { plainPool } from '@elves/core/eventing/postgres/plain-pool.ts'
import { inTransaction } from '@elves/core/eventing/postgres/transaction.ts'
import { eventLogReadModel } from '@elves/core/read-models/event-log/index.ts'
import { migrateReadModels, readSchema } from '@elves/core/read-models/migrate.ts'
import { lockProjector } from '@elves/core/read-models/projector.ts'
import type { AnyReadModel } from '@elves/core/read-models/read-model.ts'
import { allReadModels, type ReadModelName } from '@elves/core/read-models/registry.ts'
import type pg from 'pg'
import { rebuildConnection } from './rebuild-lock.ts'
import { replay } from './replay.ts'
import { withoutIndexes } from './without-indexes.ts'

export interface Rebuild {
  readonly store: EventStore
  readonly connectionString: string
  /** Schema of the live read models; default `elves_read`. */
  readonly schema?: string
  /** Only these; default all, by a swap of the whole schema. */
  readonly readModels?: readonly ReadModelName[]
  readonly signal?: AbortSignal
  onProgress?(done: number, total: number | null): void
}

/**
 * Replays the log into a new schema beside the live one, which keeps serving and following; then swaps them in one transaction.
 * Returns the position of the new read models. The next rebuild drops what a rebuild that died has left.
 */
export async function rebuild(options: Rebuild): Promise<Position> {
  const { connectionString, schema = readSchema } = options
  const client = await rebuildConnection(connectionString, schema, options.signal)
  const pool = plainPool(connectionString, 2)
  const fresh = `${schema}_rebuild`
  const old = `${schema}_old`
  try {
    await client.query(`drop schema if exists ${fresh} cascade`)
    await client.query(`drop schema if exists ${old} cascade`)
    await migrateReadModels(pool, fresh)
    const makeIndexes = await withoutIndexes(client, fresh)
    const reached = await catchUp(options, { pool, fresh, makeIndexes })
    const position = await inTransaction(pool, (transaction) =>
      (options.readModels ? swapSome : swap)(options, transaction, { schema, fresh, old, reached }),
    )
    // Of some: what is left of the fresh schema.
    await client.query(`drop schema if exists ${options.readModels ? fresh : old} cascade`)
    return position
  } catch (error) {
    await client.query(`drop schema if exists ${fresh} cascade`).catch(() => undefined)
    throw error
  } finally {
    await pool.end()
    await client.end()
  }
}

interface CatchUp {
  readonly pool: pg.Pool
  readonly fresh: string
  makeIndexes(): Promise<void>
}

/** Replays twice, so that little is left for the swap: the second round only has the events that came during the first and the indexes. */
async function catchUp(options: Rebuild, { pool, fresh, makeIndexes }: CatchUp): Promise<Position | null> {
  let reached: Position | null = null
  for (let round = 0; round < 2; round++) {
    const head = await options.store.head()
    await replay({
      ...options,
      schema: fresh,
      after: reached,
      projectors: chosen(options).map((projector) => ({ projector, upTo: head })),
      inBatch: (work) => inTransaction(pool, work),
    })
    reached = head
    if (round === 0) await makeIndexes()
  }
  return reached
}

function chosen({ readModels }: Pick<Rebuild, 'readModels'>): readonly AnyReadModel[] {
  return readModels ? allReadModels.filter(({ name }) => (readModels as readonly string[]).includes(name)) : allReadModels
}

interface Swap {
  readonly schema: string
  readonly fresh: string
  readonly old: string
  readonly reached: Position | null
}

/**
 * Swaps the schemas. The live projectors wait at their locks meanwhile, and then go on in the new tables, which have the same names.
 * The new tables get their last events inside this transaction, at least up to the newest live checkpoint, so that a client that has
 * read at a position does not see less afterwards.
 */
async function swap(options: Rebuild, client: pg.PoolClient, { schema, fresh, old, reached }: Swap): Promise<Position> {
  for (const projector of allReadModels) await lockProjector(client, schema, projector)
  const upTo = await options.store.head()
  await replay({
    ...options,
    schema: fresh,
    after: reached,
    projectors: allReadModels.map((projector) => ({ projector, upTo })),
    inBatch: (work) => work(client),
  })
  const names = allReadModels.map(({ name }) => name)
  await client.query(`insert into ${fresh}.checkpoints (name, position) select name, $2 from unnest($1::text[]) as name`, [names, upTo])
  const { rows } = await client.query<{ is_there: boolean }>('select to_regnamespace($1) is not null as is_there', [schema])
  if (rows[0]?.is_there) {
    await client.query(`insert into ${fresh}.projector_states select * from ${schema}.projector_states`)
    await client.query(`alter schema ${schema} rename to ${old}`)
  }
  await client.query(`alter schema ${fresh} rename to ${schema}`)
  await client.query('select pg_notify($1, $2)', [`${schema}_commit`, `rebuild ${upTo}`])
  return upTo
}

/**
 * Puts the new tables of some read models in the place of the live ones; their projectors wait at their locks meanwhile, those of the others
 * go on. The new tables get their last events inside this transaction, as in a swap of all.
 */
async function swapSome(options: Rebuild, client: pg.PoolClient, { schema, fresh, reached }: Swap): Promise<Position> {
  const some = chosen(options)
  const names = some.map(({ name }) => name)
  for (const projector of some) await lockProjector(client, schema, projector)
  const upTo = await options.store.head()
  const projectors = some.map((projector) => ({ projector, upTo }))
  await replay({ ...options, schema: fresh, after: reached, projectors, inBatch: (work) => work(client) })
  for (const { name } of some.flatMap(({ tables }) => tables)) {
    await client.query(`drop table ${schema}.${name}`)
    await client.query(`alter table ${fresh}.${name} set schema ${schema}`)
  }
  // A counter is named after a table and a state, but for that of all events.
  const counted = some.flatMap(({ name, tables }) => [
    name,
    ...tables.map((table) => table.name),
    ...(name === eventLogReadModel.name ? ['events'] : []),
  ])
  await client.query(`delete from ${schema}.counters where split_part(name, '.', 1) = any($1)`, [counted])
  await client.query(`insert into ${schema}.counters select * from ${fresh}.counters`)
  await client.query(
    `insert into ${schema}.checkpoints (name, position) select name, $2 from unnest($1::text[]) as name
      on conflict (name) do update set position = excluded.position`,
    [names, upTo],
  )
  await client.query('select pg_notify($1, $2)', [`${schema}_commit`, `${names.join(',')} ${upTo}`])
  return upTo
}
