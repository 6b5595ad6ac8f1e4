import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { openEventing } from '@elves/core/eventing/open-eventing.ts'
import { onStack } from '@elves/core/foundation/lifecycle.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { freePort } from '@elves/standalone/free-port.ts'
import { launched } from '@elves/standalone/launched.ts'
import { removeDataFolder } from '@elves/standalone/postgres/data-folder.ts'
import { embeddedPostgres } from '@elves/standalone/postgres/embedded-postgres.ts'
import type { OwnRow } from '../bench.ts'
import { startChild } from '../child.ts'
import { figure } from '../figure.ts'
import { type GraphqlDoor, graphqlClient } from '../graphql-client.ts'
import { generateAgents } from '../growth/generated-agents.ts'
import { generateTasks } from '../growth/generated-tasks.ts'
import { simulatedAgents } from '../simulated-agents.ts'
import { swarmIdentity } from '../swarm/swarm-identity.ts'
import { throwAway } from '../throw-away.ts'
import { runTask } from './task-roundtrip.ts'

const agents = 500
/** Agents that connect during the start. */
const simulated = 100
const seed = 9
const agent = swarmIdentity(seed, 0).agentId
const longestStartMs = 3_600_000

/**
 * A first start on a log that is not empty, as after a restore: the log has the events of `--growth-tasks` tasks, and there is nothing
 * beside it. From the launch until 100 agents are connected, to the end of the first task that a client gets done, and to the end of
 * the start; and the slowest of the tasks that ran meanwhile, one a second. Baseline: a first start on an empty log. On EventStoreDB
 * with `--store eventstoredb`.
 */
export const firstStart: OwnRow = {
  names: ['first-start-to-agents', 'first-start-to-task', 'first-start-slowest-task', 'first-start-complete'],
  async measure({ progress, growthTasks }) {
    const [full, empty] = [await folder(), await folder()]
    const other = await emptyStore()
    try {
      const events = await write(join(full.dir, 'postgres'), growthTasks, progress)
      progress('starting for the first time on an empty log')
      const baseline = await started(empty.dir, other.settings, progress)
      progress(`starting for the first time on ${events} events`)
      const measured = await started(full.dir, {}, progress)
      return stages.map((stage) => figure(`first-start-${stage}`, 's', [measured[stage]], [baseline[stage]]))
    } finally {
      await other.stop()
      await full.remove()
      await empty.remove()
    }
  },
}

const stages = ['to-agents', 'to-task', 'slowest-task', 'complete'] as const
type Seconds = Readonly<Record<(typeof stages)[number], number>>

async function folder(): Promise<{ readonly dir: string; remove(): Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'elves-bench-'))
  await chmod(dir, 0o755)
  const remove = throwAway(async () => {
    await removeDataFolder(join(dir, 'postgres'))
    await rm(dir, { recursive: true, force: true })
  })
  return { dir, remove }
}

/** Settings for a log in which nothing is: where the events are in EventStoreDB, that of another double. */
async function emptyStore(): Promise<{ readonly settings: Readonly<Record<string, string>>; stop(): Promise<void> }> {
  if (!process.env['ELVES_EVENTSTOREDB_URL']) return { settings: {}, stop: async () => undefined }
  const { ready, stop } = await startChild<{ readonly port: number }>('eventstoredb-child.ts', [])
  return { settings: { ELVES_EVENTSTOREDB_URL: `esdb://127.0.0.1:${ready.port}?tls=false` }, stop }
}

/** Returns how many events were written. */
function write(postgresDir: string, tasks: number, progress: (text: string) => void): Promise<number> {
  return onStack(silentLogger, async (stack) => {
    const postgres = stack.use('postgres', await embeddedPostgres({ dir: postgresDir, logger: silentLogger }))
    const settings = { ELVES_DATABASE_URL: postgres.url, ELVES_EVENTSTOREDB_URL: process.env['ELVES_EVENTSTOREDB_URL'] ?? '' }
    const { store } = await openEventing({ settings, connections: 2, logger: silentLogger }, stack)
    let saidAt = performance.now()
    await generateAgents(store, agents)
    const events = await generateTasks(store, { tasks, agents }, (done) => {
      if (performance.now() - saidAt < 10_000) return
      saidAt = performance.now()
      progress(`writing events: ${done} of ${tasks} tasks`)
    })
    await stack.stop()
    return events
  })
}

async function started(dataDir: string, given: Readonly<Record<string, string>>, progress: (text: string) => void): Promise<Seconds> {
  const port = await freePort()
  const token = randomBytes(32).toString('base64url')
  const joinToken = randomBytes(16).toString('base64url')
  const env = {
    ...process.env,
    ...given,
    ELVES_TOKEN: token,
    ELVES_JOIN_TOKEN: joinToken,
    ELVES_HTTP_PORT: String(port),
    ELVES_AGENT_IP: '127.9.9.9',
    ELVES_LOG_LEVEL: 'warn',
  }
  const startedAt = performance.now()
  const seconds = () => (performance.now() - startedAt) / 1000
  const starting = launched({ dataDir, env, timeoutMs: longestStartMs })
  const isOver = new AbortController()
  // A start that fails, or takes too long, ends the asking too.
  throwAway(async () => isOver.abort())
  starting.catch(() => isOver.abort())
  const agents = simulatedAgents({ gatewayUrl: `ws://127.0.0.1:${port}/gateway?token=${joinToken}` }, simulated, seed)
  const connected = agents.then(seconds)
  const first = Promise.withResolvers<number>()
  const ran = runTasks({ graphqlUrl: `http://127.0.0.1:${port}/graphql`, token }, isOver.signal, () => first.resolve(seconds()))
  for (const each of [connected, ran]) each.catch(() => undefined)
  const platform = await starting
  const complete = seconds()
  isOver.abort(isStarted)
  const { slowest, count } = await ran
  progress(`${count} tasks ran during the start; it said:`)
  progress(
    platform
      .output()
      .split('\n')
      .filter((line) => line.includes('Making'))
      .join('\n'),
  )
  await (await agents).stop()
  await platform.stop()
  return { 'to-agents': await connected, 'to-task': await first.promise, 'slowest-task': slowest, complete }
}

/** Why no further task is run: the platform has started, and not failed to. */
const isStarted = Symbol('started')

/** Asks until the platform takes a task and a simulated agent has run it; from then on, runs a task each second, which has to succeed. */
async function runTasks(door: GraphqlDoor, signal: AbortSignal, onFirst: () => void): Promise<{ readonly slowest: number; readonly count: number }> {
  const client = graphqlClient(door, 1)
  let [slowest, count] = [0, 0]
  try {
    // A start may be over before the first task.
    while (!signal.aborted || (count === 0 && signal.reason === isStarted)) {
      const askedAt = performance.now()
      const asked = client.request<{ runTask: { task: { state: string } | null } }>(runTask, { agent, app: 'bench', wait: true })
      const answer = await asked.catch((error: Error) => error)
      const succeeded = !(answer instanceof Error) && answer.runTask.task?.state === 'SUCCEEDED'
      if (count > 0 && !succeeded && !signal.aborted) throw new Error(`a task failed during the start: ${JSON.stringify(answer)} ${answer}`)
      if (succeeded && count === 0) onFirst()
      if (succeeded) {
        if (count > 0) slowest = Math.max(slowest, (performance.now() - askedAt) / 1000)
        count += 1
      }
      await delay(count === 0 ? 100 : 1_000)
    }
    return { slowest, count }
  } finally {
    await client.close()
  }
}
