import type { Row } from '../bench.ts'
import { startChild } from '../child.ts'
import { figure } from '../figure.ts'
import { cpuPercent, residentMb } from '../process-usage.ts'

const idleMs = 10_000

/** Memory and idle CPU of the center (all services in one process) and of an agent; baseline: a bare Node process that only waits. */
export const footprint: Row = {
  names: ['center-rss', 'agent-rss', 'center-idle-cpu', 'agent-idle-cpu'],
  async measure({ center, runs, progress }) {
    const bare = await startChild<number>('baselines/waiting.ts', [])
    const pids = [bare.ready, center.pids.standalone, center.pids.agents[0] ?? 0] as const
    const memory: number[][] = [[], [], []]
    const cpu: number[][] = [[], [], []]
    try {
      for (let run = 0; run < runs; run++) {
        progress(`idle for ${idleMs / 1000} s, run ${run + 1} of ${runs}`)
        const used = await Promise.all(pids.map((pid) => cpuPercent(pid, idleMs)))
        const resident = await Promise.all(pids.map(residentMb))
        for (const [index, percent] of used.entries()) cpu[index]?.push(percent)
        for (const [index, mb] of resident.entries()) memory[index]?.push(mb)
      }
    } finally {
      await bare.stop()
    }
    const [bareMb, centerMb, agentMb] = memory as [number[], number[], number[]]
    const [bareCpu, centerCpu, agentCpu] = cpu as [number[], number[], number[]]
    return [
      figure('center-rss', 'MB', centerMb, bareMb),
      figure('agent-rss', 'MB', agentMb, bareMb),
      figure('center-idle-cpu', '%', centerCpu, bareCpu),
      figure('agent-idle-cpu', '%', agentCpu, bareCpu),
    ]
  },
}
