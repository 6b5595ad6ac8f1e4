import { randomBytes } from 'node:crypto'
import { rmdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from '@elves/core/foundation/log.ts'
import { until } from '@elves/core/foundation/until.ts'
import type { KillProof } from '@elves/schemas/generated/types.ts'
import type { Pipes } from '../pipes.ts'
import type { ContainedRun, Containment, Containments, Leader } from './containment.ts'
import { folders, isPopulated, killCgroup, members, removeCgroup } from './leaf.ts'
import { leafNotes } from './leaf-notes.ts'
import { killStrays } from './process-groups.ts'
import { signal } from './processes.ts'
import { type Seat, seat } from './seat.ts'

const goneWithinMs = 30_000
const sweepIntervalMs = 10_000
/** Enough for calls that come one after the other; in a burst the kernel's lock is warm anyway. */
const seatsAhead = 2

export interface CgroupsOptions {
  /** The cgroup to make leaves in. */
  readonly home: string
  readonly notesDir: string
  readonly env: Readonly<Record<string, string>>
  readonly pipes: Pipes
  readonly logger: Logger
}

/** One cgroup v2 leaf per run below `home`: a kill takes all of it, also what made a session of its own, and can prove it. */
export function cgroups({ home, notesDir, env, pipes, logger }: CgroupsOptions): Containments {
  const failureMark = `elves-start-${randomBytes(6).toString('hex')}`
  const notes = leafNotes(notesDir, home)
  const inUse = new Set<string>()
  let waiting: Seat[] = []
  let sweptAtMs = 0
  let isClosed = false

  /** Removes leaves that a daemon kept after its run's end, once they are empty. */
  function sweep(): void {
    sweptAtMs = performance.now()
    for (const name of folders(home)) if (!inUse.has(name)) removeCgroup(join(home, name))
  }

  function newSeat(): Seat {
    const made = seat({ home, failureMark, env, pipes })
    inUse.add(made.name)
    return made
  }

  function takeSeat(): Seat {
    const taken = waiting.pop()
    if (taken === undefined) return newSeat()
    if (taken.isReady()) return taken
    taken.dismiss().then(() => inUse.delete(taken.name))
    return takeSeat()
  }

  function refill(): void {
    try {
      while (!isClosed && waiting.length < seatsAhead) waiting.push(newSeat())
    } catch (error) {
      logger.debug({ err: error }, 'no seat ahead; a call makes its own')
    }
  }

  /** Throws where there is no room for it; then the seat is let go. */
  function note(run: ContainedRun, taken: Seat): void {
    try {
      notes.write(run.name, taken.name)
    } catch (error) {
      taken.dismiss().then(() => inUse.delete(taken.name))
      throw error
    }
  }

  function contain(run: ContainedRun): Containment {
    if (performance.now() - sweptAtMs > sweepIntervalMs) sweep()
    const taken = takeSeat()
    const { leaf, name } = taken
    note(run, taken)
    // After the worker was told to start, so that it does not wait for its successor.
    setImmediate(refill)

    function letGo(): void {
      inUse.delete(name)
      notes.remove(run.name)
    }

    async function kill(leader: Leader, graceMs: number): Promise<KillProof> {
      const proof = await killRun(run, leaf, leader, graceMs)
      if (proof !== 'VERIFIED') logger.warn({ leaf }, 'a killed run is not gone for certain')
      letGo()
      return proof
    }

    function release(): void {
      if (!removeCgroup(leaf)) logger.info({ leaf }, 'a worker left something running')
      letGo()
    }

    function spawn(program: Parameters<Containment['spawn']>[0]) {
      try {
        return taken.become(program, run)
      } catch (error) {
        taken.dismiss()
        throw error
      }
    }

    return { failureMark: `${failureMark}:`, spawn, kill, release }
  }

  async function killLeftovers(run: ContainedRun, graceMs: number): Promise<KillProof | null> {
    const name = notes.read(run.name)
    const leaf = name === null ? null : join(home, name)
    const hadMembers = leaf !== null && isPopulated(leaf)
    const proof = await killRun(run, leaf, null, graceMs)
    notes.remove(run.name)
    return hadMembers || proof !== 'VERIFIED' ? proof : null
  }

  async function close(): Promise<void> {
    isClosed = true
    await Promise.all(waiting.map((left) => left.dismiss()))
    waiting = []
    inUse.clear()
    sweep()
    notes.close()
    try {
      rmdirSync(home)
    } catch {
      // A daemon lives on in a leaf below; the next start of this agent removes it when it is empty.
    }
  }

  sweep()
  refill()
  return { kind: 'cgroups', contain, killLeftovers, close }
}

async function killRun(run: ContainedRun, leaf: string | null, leader: Leader | null, graceMs: number): Promise<KillProof> {
  const isGone = () => (leader?.hasExited() ?? true) && (leaf === null || !isPopulated(leaf))
  const pids = leaf === null ? [] : members(leaf)
  for (const pid of pids) signal(pid, 'SIGTERM')
  // It may not have joined yet. Never twice to the same process: many take a second SIGTERM as "now, without tidying up".
  if (leader !== null && !leader.hasExited() && !pids.includes(leader.pid)) signal(-leader.pid, 'SIGTERM')
  let isVerified = await until(isGone, graceMs)
  if (!isVerified) {
    if (leader !== null && !leader.hasExited()) signal(-leader.pid, 'SIGKILL')
    isVerified = await until(() => (leaf === null || killCgroup(leaf)) && isGone(), goneWithinMs)
  }
  // Gone first, so that a shell that is still on its way can't join it any more.
  const isRemoved = leaf === null || removeCgroup(leaf)
  // A worker with enough rights can have moved a process to another cgroup; an earlier agent process may have had no cgroups.
  const hadStrays = await killStrays(run.runId, null, leader === null ? graceMs : 0)
  return isVerified && isRemoved && !hadStrays ? 'VERIFIED' : 'BEST_EFFORT'
}
