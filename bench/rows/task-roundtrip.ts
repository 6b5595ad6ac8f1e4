import { once } from 'node:events'
import { performance } from 'node:perf_hooks'
import { WebSocket } from 'ws'
import { appendOneByOne, withScratchLog } from '../baselines/raw-append.ts'
import type { Bench, Row } from '../bench.ts'
import { startChild } from '../child.ts'
import { figure, quantile } from '../figure.ts'
import { type GraphqlClient, graphqlClient } from '../graphql-client.ts'
import { simulatedAgents } from '../simulated-agents.ts'

const tasksPerRun = 1500
export const runTask = `mutation ($agent: String!, $app: String!, $wait: Boolean!) {
  runTask(input: { agent: $agent, app: $app, func: "noop", wait: $wait }) { task { id state } refusal { code } }
}`

/** One client, one task after the other, on an agent that answers at once; baseline: one durable append and one WebSocket round trip. */
export const taskRoundtrip: Row = {
  names: ['task-roundtrip-p50', 'task-roundtrip-p99'],
  async measure({ center, runs, progress }) {
    const agents = await simulatedAgents(center, 1, 1)
    const client = graphqlClient(center, 1)
    const agent = agents.ready.agentIds[0] ?? ''
    const ours: number[][] = []
    const raw: number[][] = []
    try {
      await roundTrips(client, agent, 300)
      for (let run = 0; run < runs; run++) {
        progress(`task round trip, run ${run + 1} of ${runs}`)
        raw.push(await rawRoundTrips(center.database, tasksPerRun))
        ours.push(await roundTrips(client, agent, tasksPerRun))
      }
    } finally {
      await client.close()
      await agents.stop()
    }
    const at = (share: number, all: number[][]) => all.map((durations) => quantile(durations, share))
    return [figure('task-roundtrip-p50', 'ms', at(0.5, ours), at(0.5, raw)), figure('task-roundtrip-p99', 'ms', at(0.99, ours), at(0.99, raw))]
  },
}

/** Runs `count` instant tasks over GraphQL, one after the other; returns the ms of each. */
export async function roundTrips(client: GraphqlClient, agent: string, count: number, app = 'bench'): Promise<number[]> {
  const durations: number[] = []
  for (let index = 0; index < count; index++) {
    const startedAt = performance.now()
    const { runTask: answer } = await client.request<{ runTask: { task: { state: string } | null } }>(runTask, { agent, app, wait: true })
    durations.push(performance.now() - startedAt)
    if (answer.task?.state !== 'SUCCEEDED') throw new Error(`a task did not succeed: ${JSON.stringify(answer)}`)
  }
  return durations
}

async function rawRoundTrips(database: Bench['center']['database'], count: number): Promise<number[]> {
  const server = await startChild<number>('baselines/echo-server.ts', [])
  const socket = new WebSocket(`ws://127.0.0.1:${server.ready}`, { perMessageDeflate: false })
  await once(socket, 'open')
  const payload = Buffer.alloc(200, 'x')
  try {
    return await withScratchLog(database, () =>
      appendOneByOne(database, count, async () => {
        socket.send(payload)
        await once(socket, 'message')
      }),
    )
  } finally {
    socket.terminate()
    await server.stop()
  }
}
