import type { KillProof } from '@elves/schemas/generated/types.ts'
import type { WorkerProcess } from './spawn.ts'

/** All that one run has started, so that it can be killed as a whole. */
export interface Containment {
  /** Starts the worker, contained before its first instruction. Throws, or the child reports an error, where it can't. */
  spawn(program: WorkerProgram): WorkerProcess
  /** What standard error begins with when the worker surely never ran; null where the child's error tells that. */
  readonly failureMark: string | null
  /** SIGTERM, after the grace SIGKILL; resolves when it is gone, as far as the proof says. */
  kill(leader: Leader, graceMs: number): Promise<KillProof>
  /** After a normal end: lets go of what is empty; what the worker left on purpose lives on. */
  release(): void
}

/** The process that was spawned; also the leader of a process group and session of its own. */
export interface Leader {
  readonly pid: number
  hasExited(): boolean
}

/** A way of containing runs. */
export interface Containments {
  readonly kind: 'cgroups' | 'process-groups'
  /** Throws where a run can not be contained now; then nothing may be spawned. */
  contain(run: ContainedRun): Containment
  /** Kills what an earlier agent process left of a run; null when nothing was left. */
  killLeftovers(run: ContainedRun, graceMs: number): Promise<KillProof | null>
  close(): Promise<void>
}

/** What a worker is started as. */
export interface WorkerProgram {
  readonly argv: readonly [string, ...string[]]
  readonly cwd: string
}

export interface ContainedRun {
  /** `<task id>-<attempt>` */
  readonly name: string
  /** Value of the environment variable that the run's processes carry; unique to run and agent. */
  readonly runId: string
}
