import type { ClusterRow } from '../bench.ts'
import { startCluster } from '../cluster.ts'
import { figure } from '../figure.ts'
import { graphqlClient } from '../graphql-client.ts'
import { simulatedAgents } from '../simulated-agents.ts'
import { agentCount, clients, eventsPerTask, oneByOne, rate, rawRate } from './tasks-per-second.ts'

const tasks = 4_000

/** Like `tasks-per-second`, over a cluster's processes, with one and with two instances of command-service; agents on gateways. */
export const clusterTasksPerSecond: ClusterRow = {
  names: ['cluster-tasks-per-second-1', 'cluster-tasks-per-second-2'],
  async measure({ runs, progress }) {
    const figures = []
    for (const instances of [1, 2]) {
      const cluster = await startCluster(['--scale', `command-service=${instances}`])
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
        await cluster.remove()
      }
      figures.push(figure(`cluster-tasks-per-second-${instances}`, 'tasks/s', ours, raw))
    }
    return figures
  },
}
