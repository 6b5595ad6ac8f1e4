import { performance } from 'node:perf_hooks'
import type { Row } from '../bench.ts'
import { startChild } from '../child.ts'
import { figure } from '../figure.ts'
import { type GraphqlClient, graphqlClient } from '../graphql-client.ts'
import { simulatedAgents } from '../simulated-agents.ts'

const agentCount = 5000
const tasksAtOnce = 1000
const mutation = `mutation ($inputs: [RunTaskInput!]!) { runTasks(inputs: $inputs) { task { state } refusal { code } } }`

/** One task to each of 5 000 simulated agents, until the last result is durable; baseline: a bare broadcast and its answers. */
export const fanOut: Row = {
  names: ['fanout-5000'],
  async measure({ center, runs, progress }) {
    const raw = await rawBroadcasts(runs, progress)
    progress(`connecting ${agentCount} simulated agents`)
    const agents = await simulatedAgents(center, agentCount, 3)
    const client = graphqlClient(center, agentCount / tasksAtOnce)
    const ours: number[] = []
    try {
      await toEachAgent(client, agents.ready.agentIds)
      for (let run = 0; run < runs; run++) {
        progress(`fan-out, run ${run + 1} of ${runs}`)
        const startedAt = performance.now()
        await toEachAgent(client, agents.ready.agentIds)
        ours.push(performance.now() - startedAt)
      }
    } finally {
      await client.close()
      await agents.stop()
    }
    return [figure('fanout-5000', 'ms', ours, raw)]
  },
}

async function toEachAgent(client: GraphqlClient, agentIds: readonly string[]): Promise<void> {
  const batches = Array.from({ length: agentIds.length / tasksAtOnce }, (_, index) => agentIds.slice(index * tasksAtOnce, (index + 1) * tasksAtOnce))
  await Promise.all(
    batches.map(async (batch) => {
      const inputs = batch.map((agent) => ({ agent, app: 'bench', func: 'noop', wait: true }))
      const { runTasks } = await client.request<{ runTasks: { task: { state: string } | null }[] }>(mutation, { inputs })
      const failed = runTasks.find(({ task }) => task?.state !== 'SUCCEEDED')
      if (failed) throw new Error(`a task did not succeed: ${JSON.stringify(failed)}`)
    }),
  )
}

async function rawBroadcasts(runs: number, progress: (text: string) => void): Promise<number[]> {
  const server = await startChild<number>('baselines/broadcast-server.ts', [])
  const clients = await startChild<string>('baselines/answering-clients.ts', [`ws://127.0.0.1:${server.ready}`, String(agentCount)])
  try {
    await server.ask('warm up')
    const durations: number[] = []
    for (let run = 0; run < runs; run++) {
      progress(`bare broadcast, run ${run + 1} of ${runs}`)
      durations.push(await server.ask('broadcast'))
    }
    return durations
  } finally {
    await clients.stop()
    await server.stop()
  }
}
