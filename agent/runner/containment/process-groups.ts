import { existsSync } from 'node:fs'
import { until } from '@elves/core/foundation/until.ts'
import type { KillProof } from '@elves/schemas/generated/types.ts'
import type { Pipes } from '../pipes.ts'
import { shortageOf } from '../shortage.ts'
import { runIdVariable } from '../worker-env.ts'
import type { ContainedRun, Containments, Leader } from './containment.ts'
import { processesOf, signal } from './processes.ts'
import { spawnWorker } from './spawn.ts'

/** How long SIGKILLed processes are waited for; one in an uninterruptible wait may need longer than we do. */
const goneWithinMs = 10_000

/** For hosts without cgroups of our own: the worker's process group, then scans of /proc for what left it. */
export function processGroups(env: Readonly<Record<string, string>>, pipes: Pipes | null): Containments {
  return {
    kind: 'process-groups',
    contain: (run) => ({
      spawn: (program) => spawnWorker({ ...program, env: { ...env, [runIdVariable]: run.runId }, pipes }),
      failureMark: null,
      kill: (leader, graceMs) => killRun(run, leader, graceMs),
      release: () => {},
    }),
    killLeftovers: async (run, graceMs) => ((await killStrays(run.runId, null, graceMs)) ? 'BEST_EFFORT' : null),
    close: async () => {},
  }
}

async function killRun(run: ContainedRun, leader: Leader, graceMs: number): Promise<KillProof> {
  if (existsSync('/proc/self/stat')) {
    await killStrays(run.runId, leader, graceMs)
  } else {
    const target = process.platform === 'win32' ? leader.pid : -leader.pid
    if (!leader.hasExited()) signal(target, 'SIGTERM')
    await until(leader.hasExited, graceMs)
    signal(target, 'SIGKILL')
  }
  await until(leader.hasExited, goneWithinMs)
  return 'BEST_EFFORT'
}

/**
 * Whether there were any. A scan can miss what is forked while it runs, so only two empty ones in a row count. Where the
 * host is too short of something to be scanned, this waits as long as it takes: nobody would know that nothing is left.
 */
export async function killStrays(runId: string, leader: Leader | null, graceMs: number): Promise<boolean> {
  const members = () => tried(() => processesOf(runId, leader?.pid ?? null))
  /** Needs no scan. */
  const signalGroup = (name: NodeJS.Signals) => leader !== null && !leader.hasExited() && signal(-leader.pid, name)
  const first = members()
  if (first === null) signalGroup('SIGTERM')
  else for (const pid of first) signal(pid, 'SIGTERM')
  if (first === null || first.length > 0) await until(() => members()?.length === 0, graceMs)
  let found = first !== null && first.length > 0
  let emptyScans = 0
  let isKnown = false
  while (!isKnown) {
    await until(() => {
      const left = members()
      isKnown = left !== null
      if (left === null) signalGroup('SIGKILL')
      for (const pid of left ?? []) signal(pid, 'SIGKILL')
      found ||= left !== null && left.length > 0
      emptyScans = left?.length === 0 ? emptyScans + 1 : 0
      return emptyScans >= 2
    }, goneWithinMs)
  }
  return found
}

/** Null where the host is short of something that a scan needs. */
function tried(members: () => readonly number[]): readonly number[] | null {
  try {
    return members()
  } catch (error) {
    if (shortageOf(error) === null) throw error
    return null
  }
}
