import { setTimeout as delay } from 'node:timers/promises'
import type { Row } from '../bench.ts'
import { figure } from '../figure.ts'
import { type GraphqlClient, graphqlClient } from '../graphql-client.ts'
import { simulatedAgents } from '../simulated-agents.ts'
import { ruleAt, writeSchedules } from './schedules.ts'
import { agentCount, eventsPerTask, rawRate } from './tasks-per-second.ts'

const fires = 10_000
/** So long after the schedules are begun to be written they fire. */
const aheadMs = 30_000
const waiting = '{ platform { counters { tasksByState { state count } } } }'

/**
 * 10 000 schedules that fire in the same second, over 1 000 simulated agents: fires per second from that instant until the last task
 * has succeeded in the read models; baseline: durable appends of as many events and nothing else.
 */
export const scheduleFires: Row = {
  names: ['schedule-fires-per-second'],
  async measure({ center, runs, progress }) {
    const agents = await simulatedAgents(center, agentCount, 7)
    const client = graphqlClient(center.graphqlUrl, 1)
    const ours: number[] = []
    const raw: number[] = []
    try {
      for (let run = 0; run < runs; run++) {
        progress(`${fires} schedules in one second, run ${run + 1} of ${runs}`)
        raw.push((await rawRate(center.database)) / eventsPerTask)
        ours.push(await rateOfFires(client, center.databaseUrl, agents.ready.agentIds))
      }
    } finally {
      await client.close()
      await agents.stop()
    }
    return [figure('schedule-fires-per-second', 'fires/s', ours, raw)]
  },
}

async function rateOfFires(client: GraphqlClient, databaseUrl: string, agentIds: readonly string[]): Promise<number> {
  const target = (await succeeded(client)) + fires
  const instant = Math.ceil((Date.now() + aheadMs) / 1000) * 1000
  await writeSchedules(databaseUrl, agentIds, ruleAt(instant), fires)
  if (Date.now() > instant - 1_000) throw new Error('the schedules were not written in time')
  await delay(instant - Date.now())
  while ((await succeeded(client)) < target) await delay(20)
  return (fires * 1000) / (Date.now() - instant)
}

async function succeeded(client: GraphqlClient): Promise<number> {
  const { platform } = await client.request<{ platform: { counters: { tasksByState: { state: string; count: number }[] } } }>(waiting)
  return platform.counters.tasksByState.find(({ state }) => state === 'SUCCEEDED')?.count ?? 0
}
