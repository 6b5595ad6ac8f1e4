import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { parsePosition } from '@elves/core/eventing/position.ts'
import { plainPool } from '@elves/core/eventing/postgres/plain-pool.ts'
import { postgresEventStore } from '@elves/core/eventing/postgres/postgres-event-store.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { readSchema } from '@elves/core/read-models/migrate.ts'
import { launched } from '@elves/standalone/launched.ts'
import { databaseUrlOf } from '@elves/tests/support/database-url.ts'
import { cleanEnv } from '@elves/tests/support/platform.ts'
import type pg from 'pg'
import { writeSchedules } from '../schedules.ts'
import { throwAway } from '../throw-away.ts'
import { generateAgents } from './generated-agents.ts'
import { generateSchedules } from './generated-schedules.ts'
import { generateTasks } from './generated-tasks.ts'
import { fleetLabels, generatedAgent } from './mix.ts'
import { projected } from './projected.ts'

export interface Size {
  readonly tasks: number
  readonly agents: number
  /** Besides those that the tasks of schedules are of. */
  readonly schedules: number
}

/** Ids of things that pages of one thing show, and the time over which the tasks are. */
export interface GrownThings {
  readonly task: string
  readonly agent: string
  readonly queue: string
  /** ms since the epoch. */
  readonly from: number
  readonly to: number
}

/** What was written, and how fast. */
export interface Written {
  readonly events: number
  /** Positions of the first event of a task and of the last one. */
  readonly firstTask: number
  readonly last: number
  /** Until the events of tasks were in the log, and until the read models of the platform beside had them. */
  readonly seconds: number
  readonly projectedSeconds: number
}

interface Made {
  readonly size: Size
  readonly things: GrownThings
  readonly written: Written
}

export interface GrownPlatform extends Made {
  readonly dataDir: string
  /** For launching it. */
  readonly env: Readonly<Record<string, string | undefined>>
}

const saysEveryMs = 10_000
/** In the night, when nobody measures. */
const rule = '0 0 3 * * ?'
/** A million tasks take long to be projected. */
export const longestGrownStartMs = 3_600_000

/**
 * Returns the platform in a folder, which is stopped. It is made where it is not there: written through the port of its store, and projected
 * live.
 */
export async function grownPlatform(dataDir: string, size: Size, progress: (text: string) => void): Promise<GrownPlatform> {
  const env = { ...cleanEnv(), ELVES_HTTP_PORT: '0', ELVES_LOG_LEVEL: 'warn' }
  const file = join(dataDir, 'grown.json')
  const there = await readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as Made,
    () => null,
  )
  const made = there ?? (await make(dataDir, env, size, progress))
  if (there === null) await writeFile(file, JSON.stringify(made))
  return { dataDir, env, ...made }
}

async function make(dataDir: string, env: GrownPlatform['env'], size: Size, progress: (text: string) => void): Promise<Made> {
  await mkdir(dataDir, { recursive: true })
  await chmod(dataDir, 0o755)
  progress(`making a platform in ${dataDir}: ${size.tasks} tasks, ${size.agents} agents, ${size.schedules} schedules`)
  const platform = await launched({ dataDir, env, timeoutMs: longestGrownStartMs })
  // Where the measuring ends early, the platform goes before its folder.
  const stop = throwAway(async () => void (await platform.stop()))
  const url = await databaseUrlOf(dataDir)
  const database = plainPool(url, 2)
  try {
    const written = await write({ url, database }, size, progress)
    return { size, things: await findThings(database), written }
  } finally {
    await database.end()
    await stop()
  }
}

interface Database {
  readonly url: string
  readonly database: pg.Pool
}

async function write({ url, database }: Database, { tasks, agents, schedules }: Size, progress: (text: string) => void): Promise<Written> {
  const store = await postgresEventStore({ connectionString: url, logger: silentLogger })
  try {
    progress('writing agents and schedules')
    await generateAgents(store, agents, { labels: fleetLabels })
    await generateSchedules(store)
    const some = Array.from({ length: Math.min(agents, schedules) }, (_, index) => generatedAgent(index))
    await writeSchedules(url, some, rule, schedules)
    const head = async () => parsePosition(await store.head()).sequence
    await projected(database, await head())
    const firstTask = (await head()) + 1
    const startedAt = performance.now()
    const secondsNow = () => (performance.now() - startedAt) / 1000
    let saidAt = startedAt
    const events = await generateTasks(store, { tasks, agents }, (done) => {
      if (performance.now() - saidAt < saysEveryMs) return
      saidAt = performance.now()
      progress(`writing tasks: ${done} of ${tasks}`)
    })
    const seconds = secondsNow()
    progress('waiting for the read models')
    const last = await head()
    await projected(database, last)
    const projectedSeconds = secondsNow()
    await database.query('vacuum analyze')
    return { events, firstTask, last, seconds, projectedSeconds }
  } finally {
    await store.close()
  }
}

async function findThings(database: pg.Pool): Promise<GrownThings> {
  const { rows } = await database.query<{ task: string; queue: string; from: string; to: string }>(`
    select (select id from ${readSchema}.tasks order by requested_at limit 1 offset 1000) as task,
      (select id from ${readSchema}.queues limit 1) as queue,
      (select min(requested_at) from ${readSchema}.tasks) as "from", (select max(requested_at) from ${readSchema}.tasks) as "to"`)
  const { task = '', queue = '', from, to } = rows[0] ?? {}
  return { task, queue, agent: generatedAgent(0), from: Number(from), to: Number(to) }
}
