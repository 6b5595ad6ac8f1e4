import { readFileSync, writeFileSync } from 'node:fs'

/** Added to the agent's own oom_score_adj; 1000 stands for all memory of the host. */
const moreThanOurs = 500

/**
 * Raises the process's oom_score_adj. If memory runs out, the kernel then kills a run, which the agent reports, rather
 * than the agent with all its runs. Child processes inherit the value. Does nothing if that is not allowed, or if this
 * is not Linux.
 */
export function endFirst(pid: number): void {
  try {
    const own = Number(readFileSync('/proc/self/oom_score_adj', 'latin1'))
    writeFileSync(`/proc/${pid}/oom_score_adj`, String(Math.min(1_000, own + moreThanOurs)))
  } catch {
    // The kernel then chooses by memory use alone.
  }
}
