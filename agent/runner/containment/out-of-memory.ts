import { readFileSync, writeFileSync } from 'node:fs'

/** Of 1000, which stands for all the memory that there is. */
const moreThanOurs = 500

/**
 * Where memory runs out, the kernel ends who has most of it by this number: a run, which is then reported as it is, rather
 * than the agent, with all its runs. What the process starts inherits it. Nothing where that is not allowed, and elsewhere
 * than on Linux.
 */
export function endFirst(pid: number): void {
  try {
    const own = Number(readFileSync('/proc/self/oom_score_adj', 'latin1'))
    writeFileSync(`/proc/${pid}/oom_score_adj`, String(Math.min(1_000, own + moreThanOurs)))
  } catch {
    // The kernel then judges by size alone.
  }
}
