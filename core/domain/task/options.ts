import type { RetryPolicy, TaskRequested } from '@elves/schemas/generated/types.ts'

/** What only some tasks have. */
export type TaskOptions = Pick<TaskRequested, 'startWithinMs' | 'retry' | 'queueId' | 'scheduleId' | 'cronId' | 'fireAt' | 'parents'>

/** The options of an instant task that asks for none. */
export const noTaskOptions: TaskOptions = {
  startWithinMs: 0,
  retry: null,
  queueId: null,
  scheduleId: null,
  cronId: null,
  fireAt: null,
  parents: [],
}

/** What a retry is that says only how many attempts. */
export const defaultRetry: Omit<RetryPolicy, 'attempts'> = { delayMs: 1_000, factor: 2, maxDelayMs: 60_000, on: ['FAILED', 'TIMED_OUT', 'REJECTED'] }
