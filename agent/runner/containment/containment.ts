import type { KillProof } from '@elves/schemas/generated/types.ts'
import { paramFileVariable, runIdVariable } from '../worker-env.ts'
import type { WorkerProcess } from './spawn.ts'

/** A worker, with all processes of its run, which can be killed together. */
export interface Contained {
  /** The child reports an error if the worker could not be started. */
  readonly process: WorkerProcess
  /** Standard error begins with this if the worker surely never ran; null if the child's error event tells that. */
  readonly failureMark: string | null
  /** Sends SIGTERM and, after the grace, SIGKILL. Resolves when the run is gone; the proof says how certain that is. */
  kill(leader: Leader, graceMs: number): Promise<KillProof>
  /** After a normal end: frees what is empty. Processes that the worker left running on purpose go on. */
  release(): void
}

/** The spawned process, which leads its own process group and session. */
export interface Leader {
  readonly pid: number
  hasExited(): boolean
}

/** A way of containing runs. */
export interface Containments {
  readonly kind: 'cgroups' | 'process-groups'
  /** Starts the worker, contained before its first instruction. Throws if it can't; then nothing was started. */
  contain(run: ContainedRun, program: WorkerProgram): Contained
  /** Kills what an earlier agent process left of a run. Returns null if nothing was left. */
  killLeftovers(run: ContainedRun, graceMs: number): Promise<KillProof | null>
  close(): Promise<void>
}

/** The program that a worker's process runs. */
export interface WorkerProgram {
  readonly argv: readonly [string, ...string[]]
  readonly cwd: string
  /** The file that it reads as standard input and finds by {@link paramFileVariable}; null: an empty standard input. */
  readonly paramFile: string | null
  /** Variables of the app's manifest. */
  readonly variables: Readonly<Record<string, string>>
}

export interface ContainedRun {
  /** `<task id>-<attempt>` */
  readonly name: string
  /** Value of the environment variable by which the run's processes are found; unique for each run and agent. */
  readonly runId: string
}

/** The variables of one run, beside those that all workers get. */
export function runVariables(run: ContainedRun, { paramFile, variables }: WorkerProgram): Readonly<Record<string, string>> {
  return { ...variables, [runIdVariable]: run.runId, ...(paramFile !== null && { [paramFileVariable]: paramFile }) }
}
