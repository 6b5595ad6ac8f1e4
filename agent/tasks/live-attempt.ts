import { inlineText } from '@elves/schemas/codec/value.ts'
import type { RunTask } from '@elves/schemas/generated/types.ts'
import type { Run, WorkerCall } from '../runner/worker-call.ts'

/**
 * HELD: from before a restart, until the center has told its time. CHECKING: has a slot. STARTING: being journaled as
 * such. RUNNING: the worker may have started. ENDING: its end is known.
 */
export type Stage = 'HELD' | 'WAITING' | 'CHECKING' | 'STARTING' | 'RUNNING' | 'ENDING'

/** An attempt that this process has in hand; what must survive it is in the journal. */
export interface LiveAttempt {
  readonly task: RunTask
  /** Ms by `performance.now()`, when this process took it in hand. */
  readonly takenAt: number
  stage: Stage
  /** Set once `accepted` was given to the journal; settles when it is durable. */
  accepted: Promise<void> | null
  /** Resolves when the journal has anything of it durably: from then on it need not be told again. */
  readonly noted: PromiseWithResolvers<void>
  isCancelled: boolean
  run: Run | null
}

/** One that is HELD is in the journal already; one that is WAITING has just come. */
export function liveAttempt(task: RunTask, stage: 'HELD' | 'WAITING'): LiveAttempt {
  const noted = Promise.withResolvers<void>()
  if (stage === 'HELD') noted.resolve()
  return { task, takenAt: performance.now(), stage, accepted: stage === 'HELD' ? noted.promise : null, noted, isCancelled: false, run: null }
}

export function workerCall({ taskId, attempt, app, func, param, proxy, timeoutMs }: RunTask): WorkerCall {
  return { taskId, attempt, app, func, paramText: inlineText(param), proxy, timeoutMs }
}
