import type { Row } from '../bench.ts'
import { figure } from '../figure.ts'
import { graphqlClient } from '../graphql-client.ts'
import { cpuPercent } from '../process-usage.ts'
import { simulatedAgents } from '../simulated-agents.ts'
import { makeSchedules, schedulingClients } from './schedules.ts'

const schedules = 100_000
const idleMs = 30_000
/** Until what making them left to do is done. */
const settleMs = 10_000

/** Idle CPU of the center with 100 000 schedules of which none is due; baseline: the same center without them. It leaves them there, so it is last. */
export const schedulesIdle: Row = {
  names: ['schedules-idle-cpu'],
  async measure({ center, runs, progress }) {
    const agents = await simulatedAgents(center, 1, 9)
    const client = graphqlClient(center.graphqlUrl, schedulingClients)
    const pid = center.pids.standalone
    const before: number[] = []
    const after: number[] = []
    try {
      for (let run = 0; run < runs; run++) before.push(await cpuPercent(pid, idleMs))
      progress(`making ${schedules} schedules`)
      await makeSchedules(client, agents.ready.agentIds, '0 0 0 1 1 ? 2099', schedules)
      await cpuPercent(pid, settleMs)
      for (let run = 0; run < runs; run++) after.push(await cpuPercent(pid, idleMs))
    } finally {
      await client.close()
      await agents.stop()
    }
    return [figure('schedules-idle-cpu', '%', after, before)]
  },
}
