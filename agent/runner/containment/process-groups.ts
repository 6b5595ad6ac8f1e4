import { existsSync } from 'node:fs'
import { until } from '@elves/core/foundation/waiting.ts'
import type { KillProof } from '@elves/schemas/generated/types.ts'
import type { Pipes } from '../pipes.ts'
import { shortageOf } from '../shortage.ts'
import { type ContainedRun, type Containments, type Leader, runVariables } from './containment.ts'
import { processesOf, signal } from './processes.ts'
import { spawnWorker } from './spawn.ts'

/** How long to wait for processes after SIGKILL; one in an uninterruptible wait may take longer. */
const goneWithinMs = 10_000

export interface ProcessGroupsOptions {
  readonly env: Readonly<Record<string, string>>
  /** Null if this host has no FIFOs. */
  readonly pipes: Pipes | null
  /** See {@link SpawnOptions}. */
  readonly nice: number
}

/** For hosts where the agent may make no cgroups: kills by process group, and scans /proc for processes that left the group. */
export function processGroups({ env, pipes, nice }: ProcessGroupsOptions): Containments {
  return {
    kind: 'process-groups',
    contain: (run, program) => ({
      process: spawnWorker({ ...program, env: { ...env, ...runVariables(run, program) }, pipes, nice }),
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
 * Kills the processes of a run that scans of /proc find; returns true if there were any. A scan can miss a process that
 * is forked while it runs, so it takes two empty scans in a row. If a shortage prevents the scan, it waits as long as
 * needed, because nothing else shows that no process is left.
 */
export async function killStrays(runId: string, leader: Leader | null, graceMs: number): Promise<boolean> {
  const members = () => tried(() => processesOf(runId, leader?.pid ?? null))
  /** Signals the leader's group, which works without a scan. */
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

/** Returns null if a shortage on the host prevents the scan. */
function tried(members: () => readonly number[]): readonly number[] | null {
  try {
    return members()
  } catch (error) {
    if (shortageOf(error) === null) throw error
    return null
  }
}
