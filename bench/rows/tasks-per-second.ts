import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { appendsPerSecond, withScratchLog } from '../baselines/raw-append.ts'
import type { Bench, Row } from '../bench.ts'
import { figure } from '../figure.ts'
import { type GraphqlClient, graphqlClient } from '../graphql-client.ts'
import { simulatedAgents } from '../simulated-agents.ts'

export const agentCount = 1000
export const clients = 32
export const eventsPerTask = 5
const bulk = `mutation ($inputs: [RunTaskInput!]!) { runTasks(inputs: $inputs) { task { id } refusal { code } } }`
const single = `mutation ($agent: String!) { runTask(input: { agent: $agent, app: "bench", func: "noop", wait: false }) { task { id } refusal { code } } }`
const tasksByState = '{ platform { counters { tasksByState { state count } } } }'

interface Answer {
  readonly task: object | null
  readonly refusal: object | null
}

/**
 * Asynchronous tasks over 1 000 simulated agents, from the first request until the last result is durable and in the
 * read models; baseline: durable appends of as many events and nothing else.
 */
export const tasksPerSecond: Row = {
  names: ['tasks-per-second', 'tasks-per-second-bulk'],
  async measure({ center, runs, progress }) {
    const agents = await simulatedAgents(center, agentCount, 2)
    const client = graphqlClient(center, clients)
    const { agentIds } = agents.ready
    const figures = { single: [] as number[], bulk: [] as number[], raw: [] as number[] }
    try {
      await rate(client, 2000, () => oneByOne(client, agentIds, 2000))
      for (let run = 0; run < runs; run++) {
        progress(`tasks per second, run ${run + 1} of ${runs}`)
        figures.raw.push((await rawRate(center.database)) / eventsPerTask)
        figures.single.push(await rate(client, 8000, () => oneByOne(client, agentIds, 8000)))
        figures.bulk.push(await rate(client, 20_000, () => inBulk(client, agentIds, 20_000)))
      }
    } finally {
      await client.close()
      await agents.stop()
    }
    return [figure('tasks-per-second', 'tasks/s', figures.single, figures.raw), figure('tasks-per-second-bulk', 'tasks/s', figures.bulk, figures.raw)]
  },
}

export function rawRate(database: Bench['center']['database']): Promise<number> {
  return withScratchLog(database, () => appendsPerSecond(database, 50_000))
}

/** Tasks per second, from the first request until the read models have the last success. */
export async function rate(client: GraphqlClient, count: number, request: () => Promise<void>): Promise<number> {
  const target = (await tasksIn(client, 'SUCCEEDED')) + count
  const startedAt = performance.now()
  await request()
  while ((await tasksIn(client, 'SUCCEEDED')) < target) await delay(20)
  return (count * 1000) / (performance.now() - startedAt)
}

/** How many tasks are in a state, by the read models. */
export async function tasksIn(client: GraphqlClient, wanted: string): Promise<number> {
  const { platform } = await client.request<{ platform: { counters: { tasksByState: { state: string; count: number }[] } } }>(tasksByState)
  return platform.counters.tasksByState.find(({ state }) => state === wanted)?.count ?? 0
}

export async function oneByOne(client: GraphqlClient, agentIds: readonly string[], count: number): Promise<void> {
  let next = 0
  const work = async () => {
    while (next < count) {
      const agent = agentIds[next++ % agentIds.length]
      check([(await client.request<{ runTask: Answer }>(single, { agent })).runTask])
    }
  }
  await Promise.all(Array.from({ length: clients }, work))
}

export async function inBulk(client: GraphqlClient, agentIds: readonly string[], count: number): Promise<void> {
  const batch = 1000
  let next = 0
  const work = async () => {
    while (next < count) {
      const first = next
      next += batch
      const inputs = Array.from({ length: batch }, (_, index) => ({
        agent: agentIds[(first + index) % agentIds.length],
        app: 'bench',
        func: 'noop',
        wait: false,
      }))
      check((await client.request<{ runTasks: Answer[] }>(bulk, { inputs })).runTasks)
    }
  }
  await Promise.all(Array.from({ length: 4 }, work))
}

function check(answers: readonly Answer[]): void {
  const refused = answers.find((answer) => answer.refusal !== null)
  if (refused) throw new Error(`a task was refused: ${JSON.stringify(refused)}`)
}
