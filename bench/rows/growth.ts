import { performance } from 'node:perf_hooks'
import { parsePosition } from '@elves/core/eventing/position.ts'
import { postgresEventStore } from '@elves/core/eventing/postgres/postgres-event-store.ts'
import { inTransaction } from '@elves/core/eventing/postgres/transaction.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { migrateReadModels, readSchema } from '@elves/core/read-models/migrate.ts'
import { allReadModels } from '@elves/core/read-models/registry.ts'
import { replay as replayLog } from '@elves/projection-service/replay.ts'
import { type Launched, launched } from '@elves/standalone/launched.ts'
import type pg from 'pg'
import type { ClusterRow } from '../bench.ts'
import { type Figure, figure } from '../figure.ts'
import { generateAgents } from '../growth/generated-agents.ts'
import { generateSchedules } from '../growth/generated-schedules.ts'
import { generateTasks } from '../growth/generated-tasks.ts'
import { listTimes, type Span } from '../growth/list-times.ts'
import { projected } from '../growth/projected.ts'
import { residentMb } from '../process-usage.ts'
import { type TemporaryPlatform, temporaryPlatform } from '../temporary-platform.ts'

const agents = 5_000
const scratch = 'bench_growth'
/** A million events take minutes to be projected. */
const longestStartMs = 3_600_000

const pages = ['tasks', 'events', 'agents'].flatMap((list) => ['first-page', 'deep-page', 'worst-filter'].map((what) => `growth-${list}-${what}-p99`))

/**
 * A platform that has run so many tasks (`--growth-tasks`, 20 000 unless stated otherwise), written through the store's port beside
 * the platform, which projects them live: pages of its lists, size on disk, memory, start and replay.
 */
export const growth: ClusterRow = {
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
  async measure({ runs, progress, growthTasks }) {
    const platform = await temporaryPlatform((where) => launched({ ...where, timeoutMs: longestStartMs }))
    try {
      return await measured(platform, { runs, progress, tasks: growthTasks })
    } finally {
      await platform.stop()
    }
  },
}

interface Measuring {
  readonly runs: number
  readonly tasks: number
  readonly progress: (text: string) => void
}

async function measured(platform: TemporaryPlatform<Launched['ready']>, { runs, tasks, progress }: Measuring): Promise<Figure[]> {
  const { database, databaseUrl } = platform
  const { pids } = platform.launched.ready
  const written = await write(databaseUrl, tasks, progress)
  progress('waiting for the read models')
  const startedAt = performance.now()
  await projected(database, written.last)
  const live = written.events / (written.seconds + (performance.now() - startedAt) / 1000)
  await database.query('vacuum analyze')
  const all = { from: written.firstTask, to: written.last }
  const places = { tasks: all, events: all, agents: { from: 1, to: written.firstTask } }
  const figures = await listTimes(platform.launched.ready, { places, span: await spanOf(database) }, runs)
  const one = (name: string, unit: string, value: number) => figures.push(figure(name, unit, [value], []))
  one('growth-bytes-per-task', 'bytes', (await bytesOf(database)) / tasks)
  one('growth-append', 'events/s', written.events / written.seconds)
  one('growth-live', 'events/s', live)
  one('growth-center-rss', 'MB', await residentMb(pids.standalone))
  one('growth-postgres-rss', 'MB', await residentMb(pids.postgres ?? 0))
  progress('replaying')
  one('growth-replay', 'events/s', written.events / (await replaySeconds(databaseUrl, database)))
  progress('starting again')
  one('growth-start', 's', await platform.restart())
  return figures
}

interface Written {
  readonly seconds: number
  readonly events: number
  /** Positions of the first event of a task and of the last one. */
  readonly firstTask: number
  readonly last: number
}

async function write(databaseUrl: string, tasks: number, progress: Measuring['progress']): Promise<Written> {
  const store = await postgresEventStore({ connectionString: databaseUrl, logger: silentLogger })
  let saidAt = performance.now()
  try {
    await generateAgents(store, agents)
    await generateSchedules(store)
    const firstTask = parsePosition(await store.head()).sequence + 1
    const startedAt = performance.now()
    const events = await generateTasks(store, { tasks, agents }, (done) => {
      if (performance.now() - saidAt < 10_000) return
      saidAt = performance.now()
      progress(`writing events: ${done} of ${tasks} tasks`)
    })
    const seconds = (performance.now() - startedAt) / 1000
    return { seconds, events, firstTask, last: parsePosition(await store.head()).sequence }
  } finally {
    await store.close()
  }
}

async function spanOf(database: pg.Pool): Promise<Span> {
  const { rows } = await database.query<{ from: string; to: string }>(
    `select min(requested_at) as "from", max(requested_at) as "to" from ${readSchema}.tasks`,
  )
  return { from: Number(rows[0]?.from), to: Number(rows[0]?.to) }
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
