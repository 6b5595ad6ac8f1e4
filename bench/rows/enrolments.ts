import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { launched } from '@elves/standalone/launched.ts'
import { standaloneFile } from '@elves/standalone/ready-file.ts'
import type { OwnRow } from '../bench.ts'
import { figure } from '../figure.ts'
import { treeCpuMs } from '../process-usage.ts'
import { swarmProcesses } from '../swarm/swarm-processes.ts'
import type { SwarmTotals } from '../swarm/swarm-totals.ts'
import { temporaryPlatform } from '../temporary-platform.ts'
import { throwAway } from '../throw-away.ts'

const lookMs = 100
/** Simulated agents of one process. */
const agentsPerProcess = 5_000

/**
 * A whole fleet of simulated agents enrols with one token, at once; then its center is stopped and started again, and all come back,
 * each with its key. `reconnects-per-second` counts from when the center is ready again; `fleet-back-s` is that time. The agents wait
 * between their tries, up to 10 s. CPU is that of the center and its database, without that of a start without agents.
 */
export const enrolments: OwnRow = {
  names: ['enrolments-per-second', 'enrolment-cpu', 'reconnects-per-second', 'reconnect-cpu', 'fleet-back-s'],
  async measure({ runs, swarmAgents: agents, progress }) {
    const [enrolled, enrolCpu, back, backCpu, seconds]: [number[], number[], number[], number[], number[]] = [[], [], [], [], []]
    for (let run = 0; run < runs; run++) {
      progress(`${agents} agents enrol and come back, run ${run + 1} of ${runs}`)
      const port = await freePort()
      const env = { ELVES_HTTP_PORT: String(port) }
      const platform = await temporaryPlatform((where) => launched({ ...where, env: { ...where.env, ...env } }))
      try {
        const { gatewayUrl } = platform.launched.ready
        const started = await centerCpuMs(platform.dataDir)
        const beganAt = Date.now()
        const swarm = swarmProcesses({ url: gatewayUrl, agents }, Math.ceil(agents / agentsPerProcess))
        const stop = throwAway(async () => void (await swarm.stop()))
        try {
          const first = await Promise.race([reached(swarm.totals, (totals) => totals.connected === agents), swarm.failed])
          enrolled.push((agents * 1000) / (first.welcomedAt - beganAt))
          enrolCpu.push(((await centerCpuMs(platform.dataDir)) - started) / agents)
          await platform.restart()
          const readyAt = Date.now()
          const again = await Promise.race([
            reached(swarm.totals, (totals) => totals.reconnects >= agents && totals.connected === agents),
            swarm.failed,
          ])
          const took = Math.max(1, again.welcomedAt - readyAt)
          back.push((agents * 1000) / took)
          seconds.push(took / 1000)
          backCpu.push(((await centerCpuMs(platform.dataDir)) - started) / agents)
          progress(`all ${agents} are back ${took / 1000} s after the center was ready; ${again.refusals} refusals`)
        } finally {
          await stop()
        }
      } finally {
        await platform.stop()
      }
    }
    return [
      figure('enrolments-per-second', '/s', enrolled, []),
      figure('enrolment-cpu', 'ms', enrolCpu, []),
      figure('reconnects-per-second', '/s', back, []),
      figure('reconnect-cpu', 'ms', backCpu, []),
      figure('fleet-back-s', 's', seconds, []),
    ]
  },
}

async function reached(totals: () => SwarmTotals, isReached: (totals: SwarmTotals) => boolean): Promise<SwarmTotals> {
  for (;;) {
    const now = totals()
    if (isReached(now)) return now
    await delay(lookMs)
  }
}

/** CPU in ms that the center and its database have used since they were started. */
async function centerCpuMs(dataDir: string): Promise<number> {
  const ready = await standaloneFile.read(dataDir)
  if (!ready) throw new Error('the center is not ready')
  const { standalone, postgres } = ready.pids
  return (await treeCpuMs(standalone)) + (postgres === null ? 0 : await treeCpuMs(postgres))
}

/** The center has to have the same address after its restart. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
