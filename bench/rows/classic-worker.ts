import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { performance } from 'node:perf_hooks'
import type { Row } from '../bench.ts'
import { figure, quantile } from '../figure.ts'
import { graphqlClient } from '../graphql-client.ts'

const tasksPerRun = 40
const mutation = `mutation ($agent: String!) { runTask(input: { agent: $agent, app: "apptest", func: "helloword" }) { task { state } refusal { code } } }`

/** The real agent with a classic Python worker, one process per task; baseline: a bare `python3` that only starts and ends. */
export const classicWorker: Row = {
  names: ['classic-worker-p50'],
  async measure({ center, runs, progress }) {
    const client = graphqlClient(center, 1)
    const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim()
    const ours: number[] = []
    const raw: number[] = []
    try {
      for (let run = 0; run < runs; run++) {
        progress(`classic worker, run ${run + 1} of ${runs}`)
        raw.push(await p50(tasksPerRun, () => once(spawn(python, ['-c', 'pass'], { stdio: 'ignore' }), 'exit')))
        ours.push(
          await p50(tasksPerRun, async () => {
            const answer = await client.request<{ runTask: { task: { state: string } | null } }>(mutation, { agent: center.agentId })
            if (answer.runTask.task?.state !== 'SUCCEEDED') throw new Error(`a task did not succeed: ${JSON.stringify(answer)}`)
          }),
        )
      }
    } finally {
      await client.close()
    }
    return [figure('classic-worker-p50', 'ms', ours, raw)]
  },
}

async function p50(count: number, once: () => Promise<unknown>): Promise<number> {
  const durations: number[] = []
  for (let index = 0; index < count; index++) {
    const startedAt = performance.now()
    await once()
    durations.push(performance.now() - startedAt)
  }
  return quantile(durations, 0.5)
}
