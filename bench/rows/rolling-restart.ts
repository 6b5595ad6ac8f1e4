import { setTimeout as pause } from 'node:timers/promises'
import { retryingLoad, rollingRestart } from '@elves/tests/support/rolling-restart.ts'
import type { OwnRow } from '../bench.ts'
import { startCluster } from '../cluster.ts'
import { figure } from '../figure.ts'

const clients = 4
const undisturbedMs = 10_000
const size = ['command-service', 'gateway', 'projection-service', 'query-service'].flatMap((service) => ['--scale', `${service}=2`])

/**
 * Restarts every instance of every service, one after the other, while real agents run instant tasks; a request that fails is
 * sent once more with its key. Measures the longest time from a task's first request to its answer; the baseline is the longest
 * of the same load without restarts.
 */
export const rollingRestartRow: OwnRow = {
  names: ['rolling-restart-longest-delay'],
  async measure({ runs, progress }) {
    const cluster = await startCluster([...size, '--agents', 'kafka=1,gateway=1'])
    const agents = cluster.ready.agents.map(({ id }) => id)
    const ours: number[] = []
    const undisturbed: number[] = []
    try {
      for (let run = 0; run < runs; run++) {
        progress(`rolling restart, run ${run + 1} of ${runs}`)
        const quiet = retryingLoad(cluster.ready, agents, clients)
        await pause(undisturbedMs)
        undisturbed.push((await quiet.stop()).longestMs)
        const load = retryingLoad(cluster.ready, agents, clients)
        await rollingRestart({ cluster, say: progress })
        const { tasks, retried, failures, longestMs } = await load.stop()
        progress(`${tasks} tasks, ${retried} retried, ${failures.length} failed after a retry`)
        if (failures.length > 0) throw new Error(`a rolling restart cost requests: ${failures.slice(0, 5).join('; ')}`)
        ours.push(longestMs)
      }
    } finally {
      await cluster.remove()
    }
    return [figure('rolling-restart-longest-delay', 'ms', ours, undisturbed)]
  },
}
