import type { Logger } from '@elves/core/foundation/log.ts'
import { within } from '@elves/core/foundation/waiting.ts'
import { inlineText } from '@elves/schemas/codec/value.ts'
import type { RunTask } from '@elves/schemas/generated/types.ts'
import type { CronRun } from '../journal/journal.ts'
import { attemptKey } from '../journal/journal-state.ts'
import type { Run, RunEnd, WorkerCall } from '../runner/worker-call.ts'

/**
 * HELD: waits until the center tells its time, after a restart or because it seems to be late. WAITING: waits for a
 * slot. CHECKING: has a slot. STARTING: `starting` is being journaled. RUNNING: the worker may have started. ENDING:
 * its end is known.
 */
export type Stage = 'HELD' | 'WAITING' | 'CHECKING' | 'STARTING' | 'RUNNING' | 'ENDING'

/** An attempt that this process is handling. What must survive the process is in the journal. */
export interface LiveAttempt {
  readonly task: RunTask
  /** Null if the center asked for it. */
  readonly cron: CronRun | null
  /** When this process took the attempt, in ms of `performance.now()`; for the run of a cron, when it was due. */
  readonly takenAt: number
  stage: Stage
  /** Set once `accepted` was given to the journal; settles when it is durable. */
  accepted: Promise<void> | null
  /** Resolves when a record of the attempt is durable in the journal: the instruction need not be sent again. */
  readonly noted: PromiseWithResolvers<void>
  isCancelled: boolean
  run: Run | null
}

/** How long a stop waits for killed runs and for ends that can't be journaled yet. */
export const killMs = 30_000

/** With HELD, the attempt is in the journal already; with WAITING, it has just come. */
export function liveAttempt(task: RunTask, stage: 'HELD' | 'WAITING', cron: CronRun | null = null): LiveAttempt {
  const noted = Promise.withResolvers<void>()
  if (stage === 'HELD') noted.resolve()
  const takenAt = performance.now() - (cron ? Math.max(Date.now() - cron.fireAt, 0) : 0)
  return { task, cron, takenAt, stage, accepted: stage === 'HELD' ? noted.promise : null, noted, isCancelled: false, run: null }
}

/** `secrets`: those that came along, opened. */
export function workerCall(task: RunTask, secrets: ReadonlyMap<string, string>): WorkerCall {
  const { taskId, attempt, app, func, param, proxy, timeoutMs, metadata } = task
  return { taskId, attempt, app, func, paramText: inlineText(param), secrets, proxy, timeoutMs, traceparent: metadata['traceparent'] }
}

/** Who hears of ends. */
export interface EndListeners {
  readonly logger: Logger
  /** Called with each attempt that has ended, for the panel. */
  readonly onEnded?: (task: RunTask, end: RunEnd) => void
}

/** Logs the end without parameter and output, which may be secret. */
export function tellEnd({ logger, onEnded }: EndListeners, { task, takenAt }: LiveAttempt, end: RunEnd): void {
  const { outcome, failure } = end
  const { taskId, attempt, app, func, correlationId } = task
  const durationMs = Math.round(performance.now() - takenAt)
  logger.info({ taskId, app, func, state: outcome, code: failure?.code, durationMs, attempt, correlationId }, 'a task has ended')
  onEnded?.(task, end)
}

/** Rough size of a waiting attempt in memory. */
export function waitingBytesOf({ param, sealedSecrets }: RunTask): number {
  return 512 + (inlineText(param)?.length ?? 0) + sealedSecrets.length
}

type Names = Pick<RunTask, 'taskId' | 'attempt'>

/** The attempts that this process is handling. */
export class LiveAttempts {
  readonly #byKey = new Map<string, LiveAttempt>()
  #onIdle: (() => void) | null = null

  get size(): number {
    return this.#byKey.size
  }

  get all(): LiveAttempt[] {
    return [...this.#byKey.values()]
  }

  find({ taskId, attempt }: Names): LiveAttempt | undefined {
    return this.#byKey.get(attemptKey(taskId, attempt))
  }

  add(attempt: LiveAttempt): void {
    this.#byKey.set(attemptKey(attempt.task.taskId, attempt.task.attempt), attempt)
  }

  remove({ task }: LiveAttempt): void {
    this.#byKey.delete(attemptKey(task.taskId, task.attempt))
    if (this.#byKey.size === 0) this.#onIdle?.()
  }

  /** Resolves with true when no attempt is left, or with false when the time is over. */
  idle(timeoutMs: number): Promise<boolean> {
    if (this.#byKey.size === 0) return Promise.resolve(true)
    const { promise, resolve } = Promise.withResolvers<true>()
    this.#onIdle = () => resolve(true)
    return within(timeoutMs, promise, false)
  }
}
