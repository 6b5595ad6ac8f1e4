import { performance } from 'node:perf_hooks'
import { postgresEventStore } from '@elves/core/eventing/postgres/postgres-event-store.ts'
import { inTransaction } from '@elves/core/eventing/postgres/transaction.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { migrateReadModels, readSchema } from '@elves/core/read-models/migrate.ts'
import { allReadModels } from '@elves/core/read-models/registry.ts'
import { replay as replayLog } from '@elves/projection-service/replay.ts'
import { type Launched, launched } from '@elves/standalone/launched.ts'
import type pg from 'pg'
import type { OwnRow } from '../bench.ts'
import { type Figure, figure } from '../figure.ts'
import { type GrownPlatform, grownPlatform, longestGrownStartMs } from '../growth/grown-platform.ts'
import { listTimes } from '../growth/list-times.ts'
import { residentMb } from '../process-usage.ts'
import { type TemporaryPlatform, temporaryPlatform } from '../temporary-platform.ts'

const agents = 5_000
const scratch = 'bench_growth'

const pages = ['tasks', 'events', 'agents'].flatMap((list) => ['first-page', 'deep-page', 'worst-filter'].map((what) => `growth-${list}-${what}-p99`))

/**
 * A platform that has run so many tasks (`--growth-tasks`, 20 000 unless stated otherwise), written through the store's port beside
 * the platform, which projects them live: pages of its lists, size on disk, memory, start and replay.
 */
export const growth: OwnRow = {
  names: [
    ...pages,
    'growth-tasks-as-of-p99',
    'growth-agents-as-of-p99',
    'growth-bytes-per-task',
    'growth-append',
    'growth-live',
    'growth-center-rss',
    'growth-postgres-rss',
    'growth-start',
    'growth-replay',
  ],
  async measure({ runs, progress, growthTasks, growthData }) {
    const grown = await grownPlatform(growthData, { tasks: growthTasks, agents, schedules: 0 }, progress)
    const platform = await temporaryPlatform((where) => launched({ ...where, timeoutMs: longestGrownStartMs }), grown.dataDir)
    try {
      return await measured(platform, grown, { runs, progress })
    } finally {
      await platform.stop()
    }
  },
}

interface Measuring {
  readonly runs: number
  readonly progress: (text: string) => void
}

async function measured(platform: TemporaryPlatform<Launched['ready']>, grown: GrownPlatform, { runs, progress }: Measuring): Promise<Figure[]> {
  const { database, databaseUrl } = platform
  const { pids } = platform.launched.ready
  const { size, things, written } = grown
  const all = { from: written.firstTask, to: written.last }
  const places = { tasks: all, events: all, agents: { from: 1, to: written.firstTask } }
  const figures = await listTimes(platform.launched.ready, { places, span: things }, { runs, progress })
  const one = (name: string, unit: string, value: number) => figures.push(figure(name, unit, [value], []))
  one('growth-bytes-per-task', 'bytes', (await bytesOf(database)) / size.tasks)
  one('growth-append', 'events/s', written.events / written.seconds)
  one('growth-live', 'events/s', written.events / written.projectedSeconds)
  one('growth-center-rss', 'MB', await residentMb(pids.standalone))
  one('growth-postgres-rss', 'MB', await residentMb(pids.postgres ?? 0))
  progress('replaying')
  one('growth-replay', 'events/s', written.last / (await replaySeconds(databaseUrl, database)))
  progress('starting again')
  one('growth-start', 's', await platform.restart())
  return figures
}

/** Tables of the log and of the read models with their indexes. */
async function bytesOf(database: pg.Pool): Promise<number> {
  const { rows } = await database.query<{ bytes: string }>(
    `select sum(pg_total_relation_size(c.oid)) as bytes from pg_class c where c.relnamespace::regnamespace::text in ('elves', $1) and c.relkind = 'r'`,
    [readSchema],
  )
  return Number(rows[0]?.bytes)
}

async function replaySeconds(databaseUrl: string, database: pg.Pool): Promise<number> {
  const store = await postgresEventStore({ connectionString: databaseUrl, logger: silentLogger })
  try {
    await database.query(`drop schema if exists ${scratch} cascade`)
    await migrateReadModels(database, scratch)
    const upTo = await store.head()
    const startedAt = performance.now()
    const projectors = allReadModels.map((projector) => ({ projector, upTo }))
    await replayLog({ store, after: null, projectors, schema: scratch, inBatch: (work) => inTransaction(database, work) })
    return (performance.now() - startedAt) / 1000
  } finally {
    await database.query(`drop schema if exists ${scratch} cascade`)
    await store.close()
  }
}
