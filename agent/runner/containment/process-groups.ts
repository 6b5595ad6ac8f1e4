import { existsSync } from 'node:fs'
import { until } from '@elves/core/foundation/until.ts'
import type { KillProof } from '@elves/schemas/generated/types.ts'
import type { Pipes } from '../pipes.ts'
import { runIdVariable } from '../worker-env.ts'
import type { ContainedRun, Containments, Leader } from './containment.ts'
import { processesOf, signal } from './processes.ts'
import { spawnWorker } from './spawn.ts'

/** How long SIGKILLed processes are waited for; one in an uninterruptible wait may need longer than we do. */
const goneWithinMs = 10_000

/** For hosts without cgroups of our own: the worker's process group, then scans of /proc for what left it. */
export function processGroups(env: Readonly<Record<string, string>>, pipes: Pipes): Containments {
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

/** Whether there were any. A scan can miss what is forked while it runs, so only two empty ones in a row count. */
export async function killStrays(runId: string, leader: Leader | null, graceMs: number): Promise<boolean> {
  const members = () => processesOf(runId, leader?.pid ?? null)
  const first = members()
  for (const pid of first) signal(pid, 'SIGTERM')
  if (first.length > 0) await until(() => members().length === 0, graceMs)
  let found = first.length > 0
  let emptyScans = 0
  await until(() => {
    const left = members()
    for (const pid of left) signal(pid, 'SIGKILL')
    found ||= left.length > 0
    emptyScans = left.length === 0 ? emptyScans + 1 : 0
    return emptyScans >= 2
  }, goneWithinMs)
  return found
}
