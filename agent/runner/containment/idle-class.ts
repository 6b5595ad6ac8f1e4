import { spawn } from 'node:child_process'
import type { Logger } from '@elves/core/foundation/log.ts'
import { processesOf } from './processes.ts'

/**
 * Gives the processes of a run the idle class of Linux: they have the CPU that nobody else wants, and whatever else wakes up is served at
 * once. With a nice value alone, what wakes waits until the slice of a worker is over, some ms each time. What they start inherits it. Where
 * there is no `chrt` (util-linux, BusyBox), or it is not allowed, the nice value stands alone.
 */
export function runWhenIdle(runId: string, leaderPid: number | null, logger: Pick<Logger, 'debug'>): void {
  try {
    for (const pid of processesOf(runId, leaderPid)) {
      const child = spawn('chrt', ['--all-tasks', '--idle', '--pid', '0', String(pid)], { stdio: 'ignore' })
      child.on('error', (error) => logger.debug({ err: error, pid }, 'a run that lasts keeps its CPU priority'))
      child.unref()
    }
  } catch (error) {
    logger.debug({ err: error, runId }, 'the processes of a run that lasts could not be listed; they keep their CPU priority')
  }
}
