import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generateAgents } from '@elves/bench/growth/generated-agents.ts'
import { generateTasks } from '@elves/bench/growth/generated-tasks.ts'
import { generatedAgent } from '@elves/bench/growth/mix.ts'
import { projected } from '@elves/bench/growth/projected.ts'
import { writeSchedules } from '@elves/bench/rows/schedules.ts'
import { parsePosition } from '@elves/core/eventing/position.ts'
import { postgresEventStore } from '@elves/core/eventing/postgres/postgres-event-store.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { readSchema } from '@elves/core/read-models/migrate.ts'
import { launched } from '@elves/standalone/launched.ts'
import pg from 'pg'
import { databaseUrlOf } from '../support/database-url.ts'
import { cleanEnv } from '../support/platform.ts'

export interface Size {
  readonly tasks: number
  readonly agents: number
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

export interface GrownPlatform {
  readonly dataDir: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly size: Size
  readonly things: GrownThings
}

const saysEveryMs = 10_000
/** In the night, when nobody measures. */
const rule = '0 0 3 * * ?'
/** A million tasks take long to be projected. */
const longestStartMs = 3_600_000

/** Returns the platform in a folder, which is made where it is not there: written through the port of its store, and projected live. */
export async function grownPlatform(dataDir: string, size: Size, progress: (text: string) => void): Promise<GrownPlatform> {
  const env = { ...cleanEnv(), ELVES_HTTP_PORT: '0', ELVES_LOG_LEVEL: 'warn' }
  const file = join(dataDir, 'grown.json')
  const made = await readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as Pick<GrownPlatform, 'size' | 'things'>,
    () => null,
  )
  if (made !== null) return { dataDir, env, ...made }
  await mkdir(dataDir, { recursive: true })
  await chmod(dataDir, 0o755)
  progress(`making a platform in ${dataDir}: ${size.tasks} tasks, ${size.agents} agents, ${size.schedules} schedules`)
  const platform = await launched({ dataDir, env, timeoutMs: longestStartMs })
  try {
    const url = await databaseUrlOf(dataDir)
    await write(url, size, progress)
    const things = await findThings(url)
    await writeFile(file, JSON.stringify({ size, things }))
    return { dataDir, env, size, things }
  } finally {
    await platform.stop()
  }
}

/** Labels that people select by, as a fleet has them. */
function labelsOf(index: number): Record<string, string> {
  return { env: ['prod', 'prod', 'prod', 'test', 'dev'][index % 5] ?? '', region: `r${index % 10}`, rack: `rack-${index % 1_000}` }
}

async function write(url: string, { tasks, agents, schedules }: Size, progress: (text: string) => void): Promise<void> {
  const store = await postgresEventStore({ connectionString: url, logger: silentLogger })
  const database = new pg.Pool({ connectionString: url, max: 2 })
  try {
    progress('writing agents and schedules')
    await generateAgents(store, agents, { labels: labelsOf })
    await writeSchedules(
      url,
      Array.from({ length: Math.min(agents, schedules) }, (_, index) => generatedAgent(index)),
      rule,
      schedules,
    )
    let saidAt = performance.now()
    await generateTasks(store, { tasks, agents }, (done) => {
      if (performance.now() - saidAt < saysEveryMs) return
      saidAt = performance.now()
      progress(`writing tasks: ${done} of ${tasks}`)
    })
    progress('waiting for the read models')
    await projected(database, parsePosition(await store.head()).sequence)
    await database.query('vacuum analyze')
  } finally {
    await database.end()
    await store.close()
  }
}

async function findThings(url: string): Promise<GrownThings> {
  const database = new pg.Pool({ connectionString: url, max: 1 })
  try {
    const { rows } = await database.query<{ task: string; queue: string; from: string; to: string }>(`
      select (select id from ${readSchema}.tasks order by requested_at limit 1 offset 1000) as task,
        (select id from ${readSchema}.queues limit 1) as queue,
        (select min(requested_at) from ${readSchema}.tasks) as "from", (select max(requested_at) from ${readSchema}.tasks) as "to"`)
    const { task = '', queue = '', from, to } = rows[0] ?? {}
    return { task, queue, agent: generatedAgent(0), from: Number(from), to: Number(to) }
  } finally {
    await database.end()
  }
}
