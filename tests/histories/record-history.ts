import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrateEventing } from '@elves/core/eventing/postgres/eventing-schema.ts'
import { postgresEventStore } from '@elves/core/eventing/postgres/postgres-event-store.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { removeDataFolder } from '@elves/standalone/postgres/data-folder.ts'
import { embeddedPostgres } from '@elves/standalone/postgres/embedded-postgres.ts'
import type pg from 'pg'
import { allEvents, allRows, projectInto } from '../support/read-model-database.ts'
import { appendInOrder, sampleHistory } from '../support/sample-history.ts'
import { testPool } from '../support/test-pool.ts'
import { type GoldenEvent, type GoldenOutcome, plainValue } from './golden-files.ts'
import { eventOf, recordsOf, statesOf } from './recorded-events.ts'

/** Agents, tasks of every outcome, queues and schedules, through a real store. */
export function recordHistory(): Promise<GoldenEvent[]> {
  return onPostgres(async (pool, connectionString) => {
    await migrateEventing(pool)
    const store = await postgresEventStore({ connectionString, logger: silentLogger })
    const start = await store.head()
    await appendInOrder(store, sampleHistory({ seed: 20, tasks: 60, agents: 5, plans: 6 }))
    const events = await allEvents(store)
    await store.close()
    return recordsOf(events, start)
  })
}

/** What a history comes to by today's deciders and projectors. */
export function outcomeOf(history: readonly GoldenEvent[]): Promise<GoldenOutcome> {
  return onPostgres(async (pool) => {
    const events = history.map(eventOf)
    await projectInto(pool, 'history', [events])
    return plainValue({ streams: statesOf(events), rows: readableRows(await allRows(pool, 'history')) }) as GoldenOutcome
  })
}

/** A Postgres that is there for this alone. */
async function onPostgres<Result>(work: (pool: pg.Pool, connectionString: string) => Promise<Result>): Promise<Result> {
  const dir = await mkdtemp(join(tmpdir(), 'elves-history-'))
  await chmod(dir, 0o755)
  const server = await embeddedPostgres({ dir: join(dir, 'postgres'), logger: silentLogger })
  const pool = testPool(server.url)
  try {
    return await work(pool, server.url)
  } finally {
    await pool.end()
    await server.stop()
    await removeDataFolder(join(dir, 'postgres'))
    await rm(dir, { recursive: true, force: true })
  }
}

/** Without the event log, whose rows are encoded by whichever release writes them; the counters have its length. */
export function readableRows({ event_log: _, event_bodies: __, ...rows }: Record<string, unknown[]>): GoldenOutcome['rows'] {
  return rows as GoldenOutcome['rows']
}
