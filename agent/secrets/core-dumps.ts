import { execFileSync } from 'node:child_process'
import type { Logger } from '@elves/core/foundation/log.ts'

/**
 * Makes this process, and what it starts, leave no core dump: it would have the secrets of tasks. Node has no call for that, so `prlimit` of
 * util-linux does it, as the systemd unit does by `LimitCORE=0`. Only the soft limit: a worker may still ask for a dump of its own. Logs where
 * that can't be done.
 */
export function leaveNoCoreDumps(logger: Logger): void {
  if (process.platform !== 'linux') return
  try {
    execFileSync('prlimit', ['--pid', String(process.pid), '--core=0:'], { stdio: 'pipe', env: { PATH: process.env['PATH'] } })
  } catch (error) {
    logger.warn({ err: error }, 'core dumps of this process are not switched off: there is no prlimit. ulimit -c 0 does it, too')
  }
}
