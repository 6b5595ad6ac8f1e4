import { randomBytes } from 'node:crypto'
import { rmdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from '@elves/core/foundation/log.ts'
import { until } from '@elves/core/foundation/waiting.ts'
import type { KillProof } from '@elves/schemas/generated/types.ts'
import type { Pipes } from '../pipes.ts'
import type { Contained, ContainedRun, Containments, Leader, WorkerProgram } from './containment.ts'
import { folders, isPopulated, killCgroup, members, removeCgroup } from './leaf.ts'
import { leafNotes } from './leaf-notes.ts'
import { killStrays } from './process-groups.ts'
import { signal } from './processes.ts'
import { type Seat, seat } from './seat.ts'
import type { WorkerProcess } from './spawn.ts'

const goneWithinMs = 30_000
const sweepIntervalMs = 10_000
/** Enough for calls that come one after another. In a burst, joining is fast anyway, because the kernel's lock is already in use. */
const seatsAhead = 2

export interface CgroupsOptions {
  /** The cgroup in which the leaves are made. */
  readonly home: string
  readonly notesDir: string
  readonly env: Readonly<Record<string, string>>
  readonly pipes: Pipes
  /** See {@link SpawnOptions}. */
  readonly nice: number
  readonly logger: Logger
}

/** Gives each run a cgroup v2 leaf below `home`. A kill reaches every process of the run, also those in a session of their own, and can prove it. */
export function cgroups({ home, notesDir, env, pipes, nice, logger }: CgroupsOptions): Containments {
  const failureMark = `elves-start-${randomBytes(6).toString('hex')}`
  const notes = leafNotes(notesDir, home)
  const inUse = new Set<string>()
  let waiting: Seat[] = []
  let sweptAtMs = 0
  let isClosed = false

  /** Removes leaves that are empty now, in which a daemon had outlived its run. */
  function sweep(): void {
    sweptAtMs = performance.now()
    for (const name of folders(home)) if (!inUse.has(name)) removeCgroup(join(home, name))
  }

  function newSeat(): Seat {
    const made = seat({ home, failureMark, env, pipes, nice })
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

  /** Notes which leaf the run is in, and then turns the seat into the worker. If it throws, the seat is dismissed. */
  function occupy(taken: Seat, run: ContainedRun, program: WorkerProgram): WorkerProcess {
    try {
      notes.write(run.name, taken.name)
      return taken.become(program, run)
    } catch (error) {
      notes.remove(run.name)
      taken.dismiss().then(() => inUse.delete(taken.name))
      throw error
    }
  }

  function contain(run: ContainedRun, program: WorkerProgram): Contained {
    if (performance.now() - sweptAtMs > sweepIntervalMs) sweep()
    const taken = takeSeat()
    const { leaf, name } = taken
    const process = occupy(taken, run, program)
    // Runs after the worker was started, so that the worker does not wait for the next seat.
    setImmediate(refill)

    function letGo(): void {
      inUse.delete(name)
      notes.remove(run.name)
    }

    async function kill(leader: Leader, graceMs: number): Promise<KillProof> {
      const proof = await killRun(run, leaf, leader, graceMs)
      if (proof !== 'VERIFIED') logger.warn({ leaf }, 'a killed run may still have processes')
      letGo()
      return proof
    }

    function release(): void {
      if (!removeCgroup(leaf)) logger.info({ leaf }, 'a worker left something running')
      letGo()
    }

    return { process, failureMark: `${failureMark}:`, kill, release }
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
      // A daemon still runs in a leaf; a later start of this agent removes the leaf when it is empty.
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
  // The leader may not have joined the cgroup yet. No process gets two SIGTERMs: many take the second as "now, without tidying up".
  if (leader !== null && !leader.hasExited() && !pids.includes(leader.pid)) signal(-leader.pid, 'SIGTERM')
  let isVerified = await until(isGone, graceMs)
  if (!isVerified) {
    if (leader !== null && !leader.hasExited()) signal(-leader.pid, 'SIGKILL')
    isVerified = await until(() => (leaf === null || killCgroup(leaf)) && isGone(), goneWithinMs)
  }
  // Removes the leaf first, so that a shell that is about to join it can't any more.
  const isRemoved = leaf === null || removeCgroup(leaf)
  // A worker with enough rights may have moved a process to another cgroup, and an earlier agent process may have run without cgroups.
  const hadStrays = await killStrays(run.runId, null, leader === null ? graceMs : 0)
  return isVerified && isRemoved && !hadStrays ? 'VERIFIED' : 'BEST_EFFORT'
}
