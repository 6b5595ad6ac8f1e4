import type { InstalledApp, KillProof, TaskFailure, TaskOutcome, TaskOutput } from '@elves/schemas/generated/types.ts'
import type { AppManifest } from './app-manifest.ts'

/** One call of an app's function, as an attempt of a task asks for it. */
export interface WorkerCall {
  readonly taskId: string
  readonly attempt: number
  readonly app: string
  readonly func: string
  /** JSON text, passed on byte for byte; null without a parameter. */
  readonly paramText: string | null
  /** The secrets that came along, by name. */
  readonly secrets: ReadonlyMap<string, string>
  readonly proxy: string | null
  /** The span that the worker's own spans belong under; absent: there is none. */
  readonly traceparent?: string | undefined
  /** Counted from the spawn on the monotonic clock; 0 means no timeout. */
  readonly timeoutMs: number
}

/** How an attempt ended, as in its report. */
export interface RunEnd {
  readonly outcome: TaskOutcome
  readonly failure: TaskFailure | null
  readonly output: TaskOutput | null
  readonly killed: KillProof | null
}

/** A run whose worker was started. */
export interface Run {
  /** Resolves when the worker is gone or has ended by itself. Never rejects. */
  readonly ended: Promise<RunEnd>
  /** Kills the run unless its worker has exited: a result that came first counts. */
  cancel(): void
  /** The host has slept for this long, during which the timer of the timeout stood still. */
  slept(ms: number): void
}

/** A call that can start, as far as the app's folder tells. */
export interface ReadyRun {
  /** Spawns the worker. Call it only after `starting` is in the journal. If the app was removed meanwhile, the run ends as REJECTED. */
  start(): Run
}

/** Runs the apps of this host. */
export interface WorkerRunner {
  /** Finds out what to spawn; returns the REJECTED end of a call that surely can't start (app missing, bad proxy). */
  prepare(call: WorkerCall): ReadyRun | RunEnd
  /** Kills what an earlier agent process left of an attempt. Returns null if nothing was left. */
  killLeftovers(attempt: { readonly taskId: string; readonly attempt: number }): Promise<KillProof | null>
  installedApps(): Promise<InstalledApp[]>
  /** Returns what the app's manifest says of its processor now. Throws if the host is short of a resource. */
  processorOf(app: string): AppManifest['processor']
  /** Kills the runs that are still going and frees what the runner holds. */
  close(): Promise<void>
}
