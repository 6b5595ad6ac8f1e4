import type { OneClusterRow, OwnRow } from '../bench.ts'
import { type Cluster, startCluster } from '../cluster.ts'
import { type Figure, figure } from '../figure.ts'
import { graphqlClient } from '../graphql-client.ts'
import { simulatedAgents } from '../simulated-agents.ts'
import { agentCount, clients, eventsPerTask, oneByOne, rate, rawRate } from './tasks-per-second.ts'

const tasks = 4_000

/** Like `tasks-per-second`, over a cluster's processes; agents on gateways. */
export const clusterTasksPerSecond: OneClusterRow = {
  names: ['cluster-tasks-per-second-1'],
  measure: async ({ cluster, runs, progress }) => [await tasksPerSecond(cluster, 1, runs, progress)],
}

/** The same with two instances of command-service. */
export const twoCommandServices: OwnRow = {
  names: ['cluster-tasks-per-second-2'],
  async measure({ runs, progress }) {
    const cluster = await startCluster(['--scale', 'command-service=2'])
    try {
      return [await tasksPerSecond(cluster, 2, runs, progress)]
    } finally {
      await cluster.remove()
    }
  },
}

async function tasksPerSecond(cluster: Cluster, instances: number, runs: number, progress: (text: string) => void): Promise<Figure> {
  const agents = await simulatedAgents({ gatewayUrl: cluster.ready.gatewayUrl }, agentCount, 2)
  const client = graphqlClient(cluster.ready, clients)
  const ours: number[] = []
  const raw: number[] = []
  try {
    await rate(client, 1000, () => oneByOne(client, agents.ready.agentIds, 1000))
    for (let run = 0; run < runs; run++) {
      progress(`tasks per second of a cluster with ${instances} command-service, run ${run + 1} of ${runs}`)
      raw.push((await rawRate(cluster.database)) / eventsPerTask)
      ours.push(await rate(client, tasks, () => oneByOne(client, agents.ready.agentIds, tasks)))
    }
  } finally {
    await client.close()
    await agents.stop()
  }
  return figure(`cluster-tasks-per-second-${instances}`, 'tasks/s', ours, raw)
}
