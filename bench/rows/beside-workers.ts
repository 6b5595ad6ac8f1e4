import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import type { OwnRow } from '../bench.ts'
import { startCenter } from '../center.ts'
import { figure } from '../figure.ts'
import { graphqlClient } from '../graphql-client.ts'
import { simulatedAgents } from '../simulated-agents.ts'
import { clients, oneByOne, tasksIn } from './tasks-per-second.ts'

const workers = 64
const agentCount = 100
const tasks = 4_000
const app = 'bench-burn'
const burn = `mutation ($agent: String!) { runTask(input: { agent: $agent, app: "${app}", func: "burn", wait: false, timeoutMs: 0 }) { refusal { code } } }`
const cancel = `mutation { cancelTasks(input: { filter: { apps: ["${app}"], states: [DISPATCHED, ACKNOWLEDGED, RUNNING] } }) { refusal { code } } }`

/**
 * Tasks that a center takes from clients that do not wait, and that simulated agents run, while 64 workers of the real agent beside it
 * burn CPU; from the first request until the last answer, and until the read models have the last success. Baseline: without them.
 */
export const besideWorkers: OwnRow = {
  names: ['taken-beside-workers', 'done-beside-workers'],
  async measure({ runs, progress }) {
    const center = await startCenter({ ELVES_AGENT_CONCURRENCY: String(workers), ELVES_AGENT_APP_CONCURRENCY: String(workers) })
    await installBurner(join(center.dataDir, 'apps', app))
    const agents = await simulatedAgents(center, agentCount, 3)
    const client = graphqlClient(center, clients)
    const taken: [number[], number[]] = [[], []]
    const done: [number[], number[]] = [[], []]
    const measure = async (ours: number[], untilDone: number[]) => {
      const target = (await tasksIn(client, 'SUCCEEDED')) + tasks
      const startedAt = performance.now()
      const perSecond = () => (tasks * 1000) / (performance.now() - startedAt)
      await oneByOne(client, agents.ready.agentIds, tasks)
      ours.push(perSecond())
      while ((await tasksIn(client, 'SUCCEEDED')) < target) await delay(20)
      untilDone.push(perSecond())
    }
    const untilRunning = async (count: number) => {
      while ((await tasksIn(client, 'RUNNING')) !== count) await delay(100)
    }
    try {
      await measure([], [])
      for (let run = 0; run < runs; run++) {
        progress(`tasks beside ${workers} workers, run ${run + 1} of ${runs}`)
        await measure(taken[1], done[1])
        for (let worker = 0; worker < workers; worker++) await client.request(burn, { agent: center.agentId })
        await untilRunning(workers)
        await measure(taken[0], done[0])
        if ((await tasksIn(client, 'RUNNING')) !== workers) throw new Error('a worker ended meanwhile')
        await client.request(cancel)
        await untilRunning(0)
      }
    } finally {
      await client.close()
      await agents.stop()
      await center.stop()
    }
    return [figure('taken-beside-workers', 'tasks/s', ...taken), figure('done-beside-workers', 'tasks/s', ...done)]
  },
}

async function installBurner(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o755 })
  await writeFile(join(folder, 'elves.json'), JSON.stringify({ version: '1.0.0', worker: { mode: 'plain' } }))
  await writeFile(join(folder, 'app-worker.sh'), 'while :; do :; done\n')
}
