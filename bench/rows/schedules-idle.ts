import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import type { Row } from '../bench.ts'
import { figure } from '../figure.ts'
import { cpuPercent } from '../process-usage.ts'
import { writeSchedules } from '../schedules.ts'
import { simulatedAgents } from '../simulated-agents.ts'

const schedules = 100_000
const idleMs = 10_000
/** Resolves when the scheduler knows all of them. */
async function untilFed(database: pg.Pool, count: number): Promise<void> {
  const text = 'select count(*)::int as count from elves.schedule_periods'
  while (((await database.query<{ count: number }>(text)).rows[0]?.count ?? 0) < count) await delay(200)
}

/** Until what making them left to do is done. */
const settleMs = 10_000

/** Idle CPU of the center with 100 000 schedules of which none is due; baseline: the same center without them. It leaves them there, so it is last. */
export const schedulesIdle: Row = {
  names: ['schedules-idle-cpu'],
  async measure({ center, runs, progress }) {
    const agents = await simulatedAgents(center, 1, 9)
    const pid = center.pids.standalone
    const before: number[] = []
    const after: number[] = []
    try {
      for (let run = 0; run < runs; run++) before.push(await cpuPercent(pid, idleMs))
      progress(`writing ${schedules} schedules`)
      await writeSchedules(center.databaseUrl, agents.ready.agentIds, '0 0 0 1 1 ? 2099', schedules)
      await untilFed(center.database, schedules)
      await cpuPercent(pid, settleMs)
      for (let run = 0; run < runs; run++) after.push(await cpuPercent(pid, idleMs))
    } finally {
      await agents.stop()
    }
    return [figure('schedules-idle-cpu', '%', after, before)]
  },
}
