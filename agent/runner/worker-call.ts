import type { InstalledApp, KillProof, TaskFailure, TaskOutcome, TaskOutput } from '@elves/schemas/generated/types.ts'

/** One call of an app's function, as an attempt of a task asks for it. */
export interface WorkerCall {
  readonly taskId: string
  readonly attempt: number
  readonly app: string
  readonly func: string
  /** JSON text, passed on byte for byte; null without a parameter. */
  readonly paramText: string | null
  readonly proxy: string | null
  /** Counted from the spawn on the monotonic clock; 0 is none. */
  readonly timeoutMs: number
}

/** How an attempt ended, as its report says it. */
export interface RunEnd {
  readonly outcome: TaskOutcome
  readonly failure: TaskFailure | null
  readonly output: TaskOutput | null
  readonly killed: KillProof | null
}

/** A worker that was started. */
export interface Run {
  /** Settles after the fact: the worker is gone, or has ended by itself. Never rejects. */
  readonly ended: Promise<RunEnd>
  /** Kills the run, unless its worker has exited: a result that wins the race stands. */
  cancel(): void
  /** The host has slept for so long, and the timer of the timeout with it. */
  slept(ms: number): void
}

/** Runs apps of this host. */
export interface WorkerRunner {
  /** The REJECTED end of a call that surely can not start (app missing, bad proxy), else null. */
  check(call: WorkerCall): Promise<RunEnd | null>
  /** Spawns the worker now; called only after the journal says `starting`. */
  start(call: WorkerCall): Run
  /** Kills what an earlier agent process left of an attempt; null when nothing was left. */
  killLeftovers(attempt: { readonly taskId: string; readonly attempt: number }): Promise<KillProof | null>
  installedApps(): Promise<InstalledApp[]>
  /** Kills the runs that still go and lets go of all that the runner holds. */
  close(): Promise<void>
}
