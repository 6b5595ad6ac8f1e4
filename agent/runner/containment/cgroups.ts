import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { KillProof } from '@elves/schemas/generated/types.ts'
import { joinScript } from './cgroup-home.ts'
import type { ContainedRun, Containments, Leader } from './containment.ts'
import { killStrays } from './process-groups.ts'
import { signal } from './processes.ts'
import { until } from './until.ts'

const goneWithinMs = 30_000
const sweepIntervalMs = 10_000

/** One cgroup v2 leaf per run below `home`: a kill takes all of it, also what made a session of its own, and can prove it. */
export function cgroups(home: string, logger: Logger): Containments {
  const failureMark = `elves-start-${randomBytes(6).toString('hex')}`
  const running = new Set<string>()
  let sweptAtMs = 0

  /** Removes leaves that a daemon kept after its run's end, once they are empty. */
  function sweep(): void {
    sweptAtMs = performance.now()
    for (const name of folders(home)) if (!running.has(name)) removeCgroup(join(home, name))
  }

  function contain(run: ContainedRun) {
    if (performance.now() - sweptAtMs > sweepIntervalMs) sweep()
    const leaf = join(home, run.name)
    makeLeaf(leaf)
    running.add(run.name)

    async function kill(leader: Leader, graceMs: number): Promise<KillProof> {
      const proof = await killRun(run, leaf, leader, graceMs)
      if (proof !== 'VERIFIED') logger.warn({ leaf }, 'a killed run is not gone for certain')
      running.delete(run.name)
      return proof
    }

    function release(): void {
      running.delete(run.name)
      if (!removeCgroup(leaf)) logger.info({ leaf }, 'a worker left something running')
    }

    return {
      failureMark: `${failureMark}:`,
      wrap: (argv: readonly [string, ...string[]]) =>
        ['/bin/sh', '-c', joinScript, failureMark, join(leaf, 'cgroup.procs'), ...argv] as readonly [string, ...string[]],
      kill,
      release,
    }
  }

  async function killLeftovers(run: ContainedRun, graceMs: number): Promise<KillProof | null> {
    const leaf = join(home, run.name)
    const hadMembers = isPopulated(leaf)
    const proof = await killRun(run, leaf, null, graceMs)
    return hadMembers || proof !== 'VERIFIED' ? proof : null
  }

  function close(): void {
    sweep()
    try {
      rmdirSync(home)
    } catch {
      // A daemon lives on in a leaf below; the next start of this agent removes it when it is empty.
    }
  }

  sweep()
  return { kind: 'cgroups', contain, killLeftovers, close }
}

/** What an earlier try of the same name left empty may go; where something still lives in it, nothing may start. */
function makeLeaf(leaf: string): void {
  removeCgroup(leaf)
  mkdirSync(leaf)
}

async function killRun(run: ContainedRun, leaf: string, leader: Leader | null, graceMs: number): Promise<KillProof> {
  const isGone = () => (leader?.hasExited() ?? true) && !isPopulated(leaf)
  const pids = members(leaf)
  for (const pid of pids) signal(pid, 'SIGTERM')
  // It may not have joined yet. Never twice to the same process: many take a second SIGTERM as "now, without tidying up".
  if (leader !== null && !leader.hasExited() && !pids.includes(leader.pid)) signal(-leader.pid, 'SIGTERM')
  let isVerified = await until(isGone, graceMs)
  if (!isVerified) {
    if (leader !== null && !leader.hasExited()) signal(-leader.pid, 'SIGKILL')
    if (existsSync(leaf)) writeFileSync(join(leaf, 'cgroup.kill'), '1')
    isVerified = await until(isGone, goneWithinMs)
  }
  // Gone first, so that a wrapper that is still on its way can't join it any more.
  const isRemoved = removeCgroup(leaf)
  // A worker with enough rights can have moved a process to another cgroup; an earlier agent process may have had no cgroups.
  const hadStrays = await killStrays(run.runId, null, leader === null ? graceMs : 0)
  return isVerified && isRemoved && !hadStrays ? 'VERIFIED' : 'BEST_EFFORT'
}

function isPopulated(leaf: string): boolean {
  try {
    return /^populated 1$/m.test(readFileSync(join(leaf, 'cgroup.events'), 'utf8'))
  } catch {
    return false
  }
}

function members(leaf: string): number[] {
  try {
    const own = readFileSync(join(leaf, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number)
    return [...own, ...folders(leaf).flatMap((name) => members(join(leaf, name)))]
  } catch {
    return []
  }
}

function folders(cgroup: string): string[] {
  try {
    return readdirSync(cgroup, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
  } catch {
    return []
  }
}

/** Whether it is gone with all cgroups that a worker may have made below it; one with living processes stays. */
function removeCgroup(leaf: string): boolean {
  try {
    rmdirSync(leaf)
    return true
  } catch {
    if (!existsSync(leaf)) return true
    if (isPopulated(leaf)) return false
  }
  for (const name of folders(leaf)) removeCgroup(join(leaf, name))
  try {
    rmdirSync(leaf)
    return true
  } catch {
    return false
  }
}
