import { writeFileSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'

/** The lowest priority that there is. */
const nicest = 19

/**
 * Gives a process a lower CPU priority than this one has, so that agent and center stay quick while workers are busy.
 * Child processes inherit it. Does nothing if that is not allowed.
 */
export function runLater(pid: number, nice: number): void {
  if (nice === 0) return
  const level = Math.min(nicest, ownPriority() + nice)
  attempt(() => setPriority(pid, level))
  // Where the kernel groups processes by session, it weighs the groups first, and a worker has a session of its own.
  attempt(() => writeFileSync(`/proc/${pid}/autogroup`, String(level)))
}

/** Returns the weight of a cgroup (100 is usual) that stands for this nice value: each step is a fifth less. */
export function weightOf(nice: number): number {
  return Math.max(1, Math.round(100 / 1.25 ** nice))
}

function ownPriority(): number {
  try {
    return getPriority()
  } catch {
    return 0
  }
}

function attempt(act: () => void): void {
  try {
    act()
  } catch {
    // The process is gone, the kernel does not group by session, or it is not allowed.
  }
}
