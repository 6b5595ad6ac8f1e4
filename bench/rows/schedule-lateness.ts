import { setTimeout as delay } from 'node:timers/promises'
import type { Row } from '../bench.ts'
import { figure, quantile } from '../figure.ts'
import { type GraphqlClient, graphqlClient } from '../graphql-client.ts'
import { makeSchedule } from '../schedules.ts'
import { simulatedAgents } from '../simulated-agents.ts'

const secondsPerRun = 20
const fired = 'query ($id: ID!) { schedule(id: $id) { fires(first: 500) { nodes { instant task { requestedAt } } } } }'
const remove = 'mutation ($id: ID!) { deleteSchedule(input: { schedule: $id }) { refusal { code } } }'

interface Answer {
  readonly schedule: {
    readonly fires: { readonly nodes: readonly { readonly instant: string; readonly task: { readonly requestedAt: string } | null }[] }
  }
}

/** How long after its instant the task of a single schedule is durable, each second; baseline: how late a bare timer of this process is. */
export const scheduleLateness: Row = {
  names: ['schedule-lateness-p99'],
  async measure({ center, runs, progress }) {
    const agents = await simulatedAgents(center, 1, 8)
    const client = graphqlClient(center, 1)
    const ours: number[] = []
    const raw: number[] = []
    try {
      for (let run = 0; run < runs; run++) {
        progress(`lateness of a schedule for ${secondsPerRun} s, run ${run + 1} of ${runs}`)
        const id = await makeSchedule(client, agents.ready.agentIds[0], '* * * * * ?')
        const late = await latenessOfTimer(secondsPerRun)
        await client.request(remove, { id })
        raw.push(quantile(late, 0.99))
        ours.push(quantile(await latenessOf(client, id), 0.99))
      }
    } finally {
      await client.close()
      await agents.stop()
    }
    return [figure('schedule-lateness-p99', 'ms', ours, raw)]
  },
}

async function latenessOf(client: GraphqlClient, id: string): Promise<number[]> {
  const { schedule } = await client.request<Answer>(fired, { id })
  const nodes = schedule.fires.nodes.flatMap(({ instant, task }) => (task ? [Date.parse(task.requestedAt) - Date.parse(instant)] : []))
  if (nodes.length < secondsPerRun / 2) throw new Error(`only ${nodes.length} of about ${secondsPerRun} instants fired`)
  return nodes
}

async function latenessOfTimer(seconds: number): Promise<number[]> {
  const late: number[] = []
  for (let second = 0; second < seconds; second++) {
    const instant = Math.ceil((Date.now() + 1) / 1000) * 1000
    await delay(instant - Date.now())
    late.push(Math.max(0, Date.now() - instant))
  }
  return late
}
