import { setTimeout as delay } from 'node:timers/promises'
import type { Bench, Row } from '../bench.ts'
import { figure } from '../figure.ts'
import { type GraphqlClient, graphqlClient } from '../graphql-client.ts'
import { ruleAt, writeSchedules } from '../schedules.ts'
import { simulatedAgents } from '../simulated-agents.ts'
import { agentCount, eventsPerTask, rawRate } from './tasks-per-second.ts'

const fires = 10_000
/** So long after the schedules are begun to be written they fire. */
const aheadMs = 30_000
const waiting = '{ platform { counters { tasksByState { state count } } } }'

/**
 * 10 000 schedules that fire in the same second, over 1 000 simulated agents: fires per second from that instant until the last task
 * has succeeded in the read models, and the time from that instant until the last task is dispatched; baseline: durable appends of as
 * many events and nothing else.
 */
export const scheduleFires: Row = {
  names: ['schedule-fires-per-second', 'schedule-fires-dispatched'],
  async measure({ center, runs, progress }) {
    const agents = await simulatedAgents(center, agentCount, 7)
    const client = graphqlClient(center, 1)
    const ours: number[] = []
    const dispatched: number[] = []
    const raw: number[] = []
    try {
      for (let run = 0; run < runs; run++) {
        progress(`${fires} schedules in one second, run ${run + 1} of ${runs}`)
        raw.push((await rawRate(center.database)) / eventsPerTask)
        const instant = await fireAll(client, center.databaseUrl, agents.ready.agentIds)
        ours.push((fires * 1000) / (Date.now() - instant))
        dispatched.push((await lastDispatch(center.database)) - instant)
      }
    } finally {
      await client.close()
      await agents.stop()
    }
    return [
      figure('schedule-fires-per-second', 'fires/s', ours, raw),
      figure(
        'schedule-fires-dispatched',
        'ms',
        dispatched,
        raw.map((rate) => (fires * 1000) / rate),
      ),
    ]
  },
}

/** Returns the instant, in ms since 1970, once all tasks have succeeded. */
async function fireAll(client: GraphqlClient, databaseUrl: string, agentIds: readonly string[]): Promise<number> {
  const target = (await succeeded(client)) + fires
  const instant = Math.ceil((Date.now() + aheadMs) / 1000) * 1000
  await writeSchedules(databaseUrl, agentIds, ruleAt(instant), fires)
  if (Date.now() > instant - 1_000) throw new Error('the schedules were not written in time')
  await delay(instant - Date.now())
  while ((await succeeded(client)) < target) await delay(20)
  return instant
}

/** Returns when the last dispatch was recorded, in ms since 1970. */
async function lastDispatch(database: Bench['center']['database']): Promise<number> {
  const { rows } = await database.query<{ at: Date }>(`select max(recorded_at) as at from elves.events where type = 'TaskDispatched'`)
  return rows[0]?.at.getTime() ?? Number.NaN
}

async function succeeded(client: GraphqlClient): Promise<number> {
  const { platform } = await client.request<{ platform: { counters: { tasksByState: { state: string; count: number }[] } } }>(waiting)
  return platform.counters.tasksByState.find(({ state }) => state === 'SUCCEEDED')?.count ?? 0
}
