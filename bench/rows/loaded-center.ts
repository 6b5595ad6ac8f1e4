import { startCenter } from '../center.ts'
import type { Child } from '../child.ts'
import { type GraphqlClient, type GraphqlDoor, graphqlClient } from '../graphql-client.ts'
import { treeCpuMs } from '../process-usage.ts'
import { type SimulatedLink, simulatedAgents } from '../simulated-agents.ts'
import { runTask } from './task-roundtrip.ts'

const clients = 32
const agentCount = 100

/** A center with these settings, and 100 simulated agents; each `group` has other ones. */
export async function loaded(env: Readonly<Record<string, string>>, group: number) {
  const center = await startCenter(env)
  const load = await loadOn(center, group, center.pids.standalone ?? 0)
  return {
    ...load,
    center,
    async stop() {
      await load.stop()
      await center.stop()
    },
  }
}

/** 100 simulated agents of a center, and clients that run tasks on them. `pid`: of the process whose CPU is told. */
export async function loadOn(center: GraphqlDoor & SimulatedLink, group: number, pid: number) {
  const agents: Child<{ readonly agentIds: readonly string[] }> = await simulatedAgents(center, agentCount, group)
  const client = graphqlClient(center, clients)
  return {
    client,
    /** Runs tasks of clients that wait; returns the CPU of the center for each task in ms. */
    async run(count: number, durations: number[] = []): Promise<number> {
      const before = await treeCpuMs(pid)
      await waited(client, agents.ready.agentIds, count, durations)
      return ((await treeCpuMs(pid)) - before) / count
    },
    async stop() {
      await client.close()
      await agents.stop()
    },
  }
}

async function waited(client: GraphqlClient, agentIds: readonly string[], count: number, durations: number[]): Promise<void> {
  let next = 0
  const work = async () => {
    while (next < count) {
      const agent = agentIds[next++ % agentIds.length]
      const startedAt = performance.now()
      const answer = await client.request<{ runTask: { task: { state: string } | null } }>(runTask, { agent, app: 'bench', wait: true })
      if (answer.runTask.task?.state !== 'SUCCEEDED') throw new Error(`a task did not succeed: ${JSON.stringify(answer)}`)
      durations.push(performance.now() - startedAt)
    }
  }
  await Promise.all(Array.from({ length: clients }, work))
}
