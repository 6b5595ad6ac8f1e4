import { randomBytes } from 'node:crypto'
import type { EventStore } from '@elves/core/eventing/event-store.ts'
import type { Position } from '@elves/core/eventing/position.ts'
import { createScratch, readSchema } from '@elves/core/read-models/migrate.ts'
import { allReadModels, readModelTables } from '@elves/core/read-models/registry.ts'
import type pg from 'pg'
import { compareTable, type TableComparison } from './differences.ts'
import { refuseMissing } from './read-models-missing.ts'
import { rebuildConnection } from './rebuild-lock.ts'
import { replay } from './replay.ts'
import { withoutIndexes } from './without-indexes.ts'

const mostDifferences = 20

export interface Verify {
  readonly store: EventStore
  readonly connectionString: string
  /** Schema of the live read models; default `elves_read`. */
  readonly schema?: string
  readonly signal?: AbortSignal
  /** Called while the log is replayed, with the number of events done and of all events; null: they are being counted. */
  onReplayed?(done: number, total: number | null): void
  onComparing?(table: string): void
}

export interface Verification {
  readonly isSame: boolean
  /** The checkpoint up to which each read model was compared; null: it has not begun. */
  readonly positions: Readonly<Record<string, Position | null>>
  readonly tables: readonly TableComparison[]
}

/**
 * Replays the log beside the live read models and compares all rows, also while tasks run. Everything happens in one repeatable-read
 * transaction. It sees the live rows and their checkpoints as of one moment, replays exactly up to those, and is rolled back. So
 * nobody else ever sees the scratch schema, and nothing can leave it behind.
 */
export async function verify(options: Verify): Promise<Verification> {
  const { connectionString, schema = readSchema, signal } = options
  const client = await rebuildConnection(connectionString, schema)
  // Ending the connection also ends a long statement.
  const interrupt = () => void client.end().catch(() => undefined)
  signal?.addEventListener('abort', interrupt, { once: true })
  try {
    await client.query('begin isolation level repeatable read')
    const verification = await compareAll(options, client, schema)
    await client.query('rollback')
    return verification
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  } finally {
    signal?.removeEventListener('abort', interrupt)
    await client.end()
  }
}

async function compareAll(options: Verify, client: pg.Client, schema: string): Promise<Verification> {
  const { store, signal, onReplayed, onComparing } = options
  await refuseMissing(client, schema)
  const checkpoints = await client.query<{ name: string; position: Position }>(`select name, position from ${schema}.checkpoints`)
  const positions = new Map(checkpoints.rows.map(({ name, position }) => [name, position]))
  const scratch = `${schema}_verify_${randomBytes(4).toString('hex')}`
  await createScratch(client, scratch)
  // Rows are compared by their keys.
  await withoutIndexes(client, scratch)
  await replay({
    store,
    after: null,
    projectors: allReadModels.map((projector) => ({ projector, upTo: positions.get(projector.name) ?? null })),
    schema: scratch,
    inBatch: (work) => work(client),
    ...(signal && { signal }),
    ...(onReplayed && { onProgress: onReplayed }),
  })
  const comparisons: TableComparison[] = []
  for (const table of readModelTables) {
    onComparing?.(table.name)
    await client.query(`analyze ${scratch}.${table.name}`)
    comparisons.push(await compareTable(client, { live: schema, replayed: scratch }, table, mostDifferences))
  }
  return {
    isSame: comparisons.every(({ changed, missing, extra }) => changed + missing + extra === 0),
    positions: Object.fromEntries(allReadModels.map(({ name }) => [name, positions.get(name) ?? null])),
    tables: comparisons,
  }
}
