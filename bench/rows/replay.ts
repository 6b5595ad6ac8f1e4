import { rm } from 'node:fs/promises'
import { performance } from 'node:perf_hooks'
import { postgresEventStore } from '@elves/core/eventing/postgres/postgres-event-store.ts'
import { inTransaction } from '@elves/core/eventing/postgres/transaction.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { migrateReadModels, readSchema } from '@elves/core/read-models/migrate.ts'
import { allReadModels, readModelTables } from '@elves/core/read-models/registry.ts'
import { replay as replayLog } from '@elves/projection-service/replay.ts'
import type { Bench, Row } from '../bench.ts'
import { figure } from '../figure.ts'

const scratch = 'bench_replay'
const copy = 'bench_copy'
const tables = readModelTables.map(({ name }) => name)

/** The whole log into fresh read models, in events a second; baseline: COPY of the same rows into tables with the same indexes. */
export const replay: Row = {
  names: ['replay-events-per-second'],
  async measure({ center, runs, progress }) {
    const store = await postgresEventStore({ connectionString: center.databaseUrl, logger: silentLogger })
    const ours: number[] = []
    const raw: number[] = []
    try {
      const head = await store.head()
      for (let run = 0; run < runs; run++) {
        progress(`replay, run ${run + 1} of ${runs}`)
        await center.database.query(`drop schema if exists ${scratch} cascade`)
        await migrateReadModels(center.database, scratch)
        const startedAt = performance.now()
        await replayLog({
          store,
          after: null,
          projectors: allReadModels.map((projector) => ({ projector, upTo: head })),
          schema: scratch,
          inBatch: (work) => inTransaction(center.database, work),
        })
        const seconds = (performance.now() - startedAt) / 1000
        const events = await countEvents(center.database)
        ours.push(events / seconds)
        raw.push(events / (await copySeconds(center.database)))
      }
    } finally {
      await center.database.query(`drop schema if exists ${scratch} cascade`)
      await store.close()
    }
    return [figure('replay-events-per-second', 'events/s', ours, raw)]
  },
}

async function countEvents(database: Bench['center']['database']): Promise<number> {
  const { rows } = await database.query<{ count: string }>(`select count(*) from ${scratch}.event_log`)
  return Number(rows[0]?.count)
}

/** Copies from files that the server itself has just written, so that no client takes part. */
async function copySeconds(database: Bench['center']['database']): Promise<number> {
  const { rows } = await database.query<{ data_directory: string }>("select current_setting('data_directory') as data_directory")
  const file = (table: string) => `${rows[0]?.data_directory}/bench-${table}.copy`
  await database.query(`drop schema if exists ${copy} cascade`)
  await database.query(`create schema ${copy}`)
  for (const table of tables) {
    await database.query(`create table ${copy}.${table} (like ${readSchema}.${table} including all)`)
    await database.query(`copy ${scratch}.${table} to '${file(table)}' (format binary)`)
  }
  const startedAt = performance.now()
  for (const table of tables) await database.query(`copy ${copy}.${table} from '${file(table)}' (format binary)`)
  const seconds = (performance.now() - startedAt) / 1000
  await database.query(`drop schema ${copy} cascade`)
  for (const table of tables) await rm(file(table), { force: true })
  return seconds
}
