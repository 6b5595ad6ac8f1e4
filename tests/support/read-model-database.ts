import { deepStrictEqual } from 'node:assert/strict'
import type { EventStore, RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { createScratch } from '@elves/core/read-models/migrate.ts'
import type { Projector } from '@elves/core/read-models/projector.ts'
import type { AnyReadModel } from '@elves/core/read-models/read-model.ts'
import { allReadModels, readModelTables } from '@elves/core/read-models/registry.ts'
import type pg from 'pg'
import { eventingDatabase } from './eventing-database.ts'

/** A new database with an event store, for tests of read models. */
export interface ReadModelDatabase {
  readonly url: string
  readonly pool: pg.Pool
  readonly store: EventStore
  close(): Promise<void>
}

export async function readModelDatabase(): Promise<ReadModelDatabase> {
  const database = await eventingDatabase()
  return { ...database, store: await database.store() }
}

/** Reads all events of the store. */
export async function allEvents(store: EventStore): Promise<readonly RecordedEvent[]> {
  const events: RecordedEvent[] = []
  while (true) {
    // A page may have fewer events than the limit, because its size in bytes is limited, too.
    const page = await store.readAll({ from: events.at(-1)?.position ?? null, direction: 'forwards', limit: 100_000 })
    if (page.length === 0) return events
    events.push(...page)
  }
}

/** Makes the tables in a new schema and projects these batches into it. */
export async function projectInto(
  pool: pg.Pool,
  schema: string,
  batches: readonly (readonly RecordedEvent[])[],
  only: readonly Projector[] = allReadModels,
): Promise<void> {
  const client = await pool.connect()
  try {
    await createScratch(client, schema)
    await project(client, schema, batches, only)
  } finally {
    client.release()
  }
}

async function project(
  client: pg.ClientBase,
  schema: string,
  batches: readonly (readonly RecordedEvent[])[],
  only: readonly Projector[],
): Promise<void> {
  for (const batch of batches) for (const projector of only) await projector.apply(client, schema, batch)
  const last = batches.at(-1)?.at(-1)
  for (const { name } of last ? only : []) {
    await client.query(`insert into ${schema}.checkpoints (name, position) values ($1, $2)`, [name, last?.position])
  }
}

/** Reads all rows of all tables of the read models, for comparison. */
export async function allRows(pool: pg.Pool, schema: string): Promise<Record<string, unknown[]>> {
  const rows: Record<string, unknown[]> = {}
  for (const { name: table, key } of readModelTables) {
    const answer = await pool.query<{ row: unknown }>(`select to_jsonb(t) as row from ${schema}.${table} t order by ${key}`)
    rows[table] = answer.rows.map(({ row }) => row)
  }
  return rows
}

/**
 * Returns the rows that a read model makes of these events, by table, in a schema named after it. Throws if the rows differ when
 * the events come one by one, or each twice, or all of them again.
 */
export async function rowsOf(pool: pg.Pool, readModel: AnyReadModel, events: readonly RecordedEvent[]): Promise<Record<string, unknown[]>> {
  const single = events.map((event) => [event])
  const deliveries = { whole: [events], single, twice: single.flatMap((batch) => [batch, batch]), again: [events, events] }
  const schema = `rows_of_${readModel.name.replaceAll('-', '_')}`
  const rows: Record<string, unknown[]>[] = []
  const client = await pool.connect()
  try {
    await createScratch(client, schema)
    for (const batches of Object.values(deliveries)) {
      await project(client, schema, batches, [readModel])
      rows.push(await allRows(pool, schema))
      // Tables that are emptied cost less than tables that are made.
      await client.query(['checkpoints', ...readModelTables.map(({ name }) => name)].map((table) => `delete from ${schema}.${table}`).join(';'))
    }
  } finally {
    client.release()
  }
  for (const other of rows.slice(1)) deepStrictEqual(other, rows[0])
  return rows[0] ?? {}
}
