import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Launched, launchedCluster } from '@elves/standalone/launched.ts'
import { removeDataFolder } from '@elves/standalone/postgres/data-folder.ts'
import { type ClusterReady, scaledServices } from '@elves/standalone/ready-file.ts'
import { headersOf } from '../support/doors.ts'
import { cleanEnv, newDataDir } from '../support/platform.ts'
import { processesOf } from '../support/processes.ts'
import { waitFor } from '../support/wait-for.ts'
import { appFindings } from './app-findings.ts'
import { type DisturbanceKind, disturbances, type Pids } from './disturbances.ts'
import { brokenPromises, summary, untilAllEnded, whatBecame } from './findings.ts'
import { seededRandom } from './random.ts'
import { type GraphqlPlatform, steadyLoad } from './steady-load.ts'
import { steadyRollouts } from './steady-rollouts.ts'
import { topicProblems } from './topic.ts'
import { verifyProblems } from './verified.ts'

export interface ChaosOptions {
  /** Decides which process is disturbed, how, and when. */
  readonly seed: number
  readonly tasks: number
  /** Upper limit. */
  readonly tasksPerSecond: number
  readonly kinds: readonly DisturbanceKind[]
  readonly say: (text: string) => void
}

export interface ChaosOutcome {
  /** Every broken promise; a run passes only if there is none. */
  readonly problems: readonly string[]
  /** Number of tasks by end; below, number of disturbances by role. */
  readonly ends: Readonly<Record<string, number>>
  /** Number of rollouts by end. */
  readonly rollouts: Readonly<Record<string, number>>
  readonly disturbed: Readonly<Record<string, number>>
}

const size = ['--agents', 'kafka=2,gateway=2', ...scaledServices.flatMap((service) => ['--scale', `${service}=2`])]
/** A long start allowance: it includes waiting in an agent's queue, and the disturbances may take long. */
const settings = { ELVES_HTTP_PORT: '0', ELVES_START_ALLOWANCE_MS: '600000', ELVES_LOG_LEVEL: 'info' }
const settleMs = 300_000
const requestTimeoutMs = 20_000

/** Runs a cluster under load while its processes are killed or stopped at random, then compares all that it reports with what happened. */
export async function chaos(options: ChaosOptions): Promise<ChaosOutcome> {
  const { seed, tasks, kinds, say } = options
  const dataDir = await newDataDir()
  say(`seed ${seed}: ${tasks} tasks, ${kinds.join(' and ')}, in ${dataDir}`)
  const cluster = await launchedCluster({ dataDir, env: { ...cleanEnv(), ...settings }, args: size })
  let isClean = false
  try {
    const outcome = await disturbedRun(cluster, options, dataDir)
    isClean = outcome.problems.length === 0
    return outcome
  } finally {
    await cluster.stop()
    await waitFor(async () => (await processesOf(dataDir)).length === 0, { timeoutMs: 60_000, what: 'the end of every process' })
    if (isClean) await remove(dataDir)
    else say(`the data folder is kept: ${dataDir}`)
  }
}

async function disturbedRun(cluster: Launched<ClusterReady>, options: ChaosOptions, dataDir: string): Promise<ChaosOutcome> {
  const { seed, tasks, tasksPerSecond, kinds, say } = options
  const platform = graphqlOf(cluster)
  const file = join(dataDir, 'marks')
  const agents = cluster.ready.agents.map(({ id }) => id)
  // Of its own, so that the disturbances of a seed are what they were.
  const rollouts = await steadyRollouts({ platform, ready: cluster.ready, random: seededRandom(seed + 1), say })
  try {
    const disturbing = disturbances({ kinds, random: seededRandom(seed), pids: () => pidsOf(cluster), say })
    let ids: readonly string[]
    try {
      ids = await steadyLoad({ platform, agents, tasks, tasksPerSecond, file, say })
      await rollouts.rest()
    } finally {
      await disturbing.stop()
    }
    say('all tasks and rollouts are requested; nothing is disturbed any more')
    await Promise.all([untilAllEnded(platform, settleMs), rollouts.bringLast()])
    const ended = await whatBecame(platform, ids, file)
    const ofApps = await appFindings({ platform, rollouts, hosts: agents.length, dataDir, timeoutMs: settleMs })
    const problems = [...brokenPromises(ended), ...ofApps.problems]
    problems.push(...(await stuckInstances(cluster)), ...(await stuckAgents(platform, agents)))
    problems.push(...(await topicProblems(cluster.ready.kafkaBrokers, await databaseUrlOf(dataDir))), ...(await verifyProblems(dataDir)))
    return { problems, ends: summary(ended), rollouts: ofApps.ends, disturbed: disturbing.counts() }
  } finally {
    await rollouts.stop()
  }
}

/** A client whose requests fail within a time limit, so that they can be repeated while a process that answers them dies. */
function graphqlOf(cluster: Launched<ClusterReady>): GraphqlPlatform {
  return {
    async graphql<Data>(query: string, variables: object = {}): Promise<Data> {
      const response = await fetch(cluster.ready.graphqlUrl, {
        method: 'POST',
        headers: headersOf(cluster.ready),
        body: JSON.stringify({ query, variables }),
        signal: AbortSignal.timeout(requestTimeoutMs),
      })
      const { data, errors } = (await response.json()) as { data?: Data | null; errors?: unknown }
      if (data === undefined || data === null || errors !== undefined) throw new Error(`GraphQL answered ${JSON.stringify(errors)}`)
      return data
    },
  }
}

async function pidsOf(cluster: Launched<ClusterReady>): Promise<Pids | null> {
  const now = await cluster.readyNow()
  if (now === null) return null
  const { cluster: _, postgres, ...others } = now.pids
  return postgres === null ? others : { ...others, postgres: [postgres] }
}

/** Returns the instances that do not become ready again by themselves. */
async function stuckInstances(cluster: Launched<ClusterReady>): Promise<readonly string[]> {
  const urls = Object.values(cluster.ready.instances).flat()
  const stuck = await Promise.all(
    urls.map(async (url) => {
      const isReady = async () => (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) })).ok
      return waitFor(isReady, { timeoutMs: 60_000, everyMs: 200, what: `${url}/readyz` }).then(
        () => [],
        (error: Error) => [`stuck: ${error.message}`],
      )
    }),
  )
  return stuck.flat()
}

/** Returns the agents that do not answer a task of their own. */
async function stuckAgents(platform: GraphqlPlatform, agents: readonly string[]): Promise<readonly string[]> {
  const mutation = `mutation ($agent: String!) { runTask(input: { agent: $agent, app: "apptest", func: "helloword", timeoutMs: 10000 }) { task { state } refusal { code } } }`
  const stuck = await Promise.all(
    agents.map(async (agent) => {
      const answers = async () =>
        (await platform.graphql<{ runTask: { task: { state: string } | null } }>(mutation, { agent })).runTask.task?.state === 'SUCCEEDED'
      return waitFor(answers, { timeoutMs: 60_000, everyMs: 500, what: `an answer of agent ${agent}` }).then(
        () => [],
        (error: Error) => [`stuck: ${error.message}`],
      )
    }),
  )
  return stuck.flat()
}

async function databaseUrlOf(dataDir: string): Promise<string> {
  return (JSON.parse(await readFile(join(dataDir, 'postgres', 'connection.json'), 'utf8')) as { url: string }).url
}

async function remove(dataDir: string): Promise<void> {
  await removeDataFolder(join(dataDir, 'postgres'))
  await rm(dataDir, { recursive: true, force: true })
}
