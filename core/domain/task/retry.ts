import type { RetriedEnd, RetryPolicy, TaskOutcome } from '@elves/schemas/generated/types.ts'
import type { TaskEvent } from './events.ts'
import { taskLimits } from './limits.ts'
import type { TaskState } from './state.ts'

type AttemptEnded = Extract<TaskEvent, { type: 'TaskAttemptEnded' }>['data']

/** Returns the end of an attempt that another attempt may follow; null for a success or a cancel. */
export function retriedEndOf(outcome: TaskOutcome): RetriedEnd | null {
  switch (outcome) {
    case 'SUCCEEDED':
    case 'CANCELLED':
      return null
    case 'TIMED_OUT':
    case 'REJECTED':
      return outcome
    case 'FAILED':
    case 'UNKNOWN':
      return 'FAILED'
  }
}

/** Returns true if another attempt follows this end of the present one. Nothing follows once somebody asked for a cancel. */
export function isRetried({ retry, attempt, isCancelRequested }: TaskState, end: RetriedEnd): boolean {
  return retry !== null && !isCancelRequested && attempt < retry.attempts && retry.on.includes(end)
}

/** The present attempt has ended, and the task waits for the next one. `now`: ms since the epoch, on the center's clock. */
export function nextAttempt(
  state: TaskState,
  retry: RetryPolicy,
  end: Pick<AttemptEnded, 'happenedAt' | 'outcome' | 'failure' | 'output' | 'killed'>,
  now: number,
): readonly TaskEvent[] {
  const { agentId, app, attempt, startWithinMs } = state
  const notBefore = now + retryDelayMs(retry, attempt)
  const startBefore = notBefore + Math.max(startWithinMs, taskLimits.retryStartWithinMs)
  return [
    { type: 'TaskAttemptEnded', data: { agentId, app, attempt, ...end } },
    { type: 'TaskWaiting', data: { agentId, app, attempt: attempt + 1, reason: 'RETRY', notBefore, startBefore } },
  ]
}

/** Returns the delay after the end of an attempt (first is 1), in whole ms. */
function retryDelayMs({ delayMs, factor, maxDelayMs }: RetryPolicy, attempt: number): number {
  return Math.round(Math.min(delayMs * factor ** (attempt - 1), maxDelayMs))
}
