import type { Row } from '../bench.ts'
import { figure } from '../figure.ts'
import { graphqlClient } from '../graphql-client.ts'
import { simulatedAgents } from '../simulated-agents.ts'
import { commitFilled, filledQueue } from './queues.ts'
import { agentCount, clients, inBulk, rate } from './tasks-per-second.ts'

const tasks = 10_000

/**
 * A queue of 10 000 tasks over 1 000 simulated agents, half of them with a parent, from its first request until the last result is in
 * the read models; baseline: as many instant tasks in bulk.
 */
export const queueTasksPerSecond: Row = {
  names: ['queue-tasks-per-second'],
  async measure({ center, runs, progress }) {
    const agents = await simulatedAgents(center, agentCount, 10)
    const client = graphqlClient(center, clients)
    const { agentIds } = agents.ready
    const ours: number[] = []
    const raw: number[] = []
    try {
      await rate(client, 2_000, () => inBulk(client, agentIds, 2_000))
      for (let run = 0; run < runs; run++) {
        progress(`a queue of ${tasks} tasks, run ${run + 1} of ${runs}`)
        raw.push(await rate(client, tasks, () => inBulk(client, agentIds, tasks)))
        ours.push(await rate(client, tasks, async () => commitFilled(client, await filledQueue(client, agentIds, tasks))))
      }
    } finally {
      await client.close()
      await agents.stop()
    }
    return [figure('queue-tasks-per-second', 'tasks/s', ours, raw)]
  },
}
