import type { TaskRequested } from '@elves/schemas/generated/types.ts'

/** What only some tasks have. */
export type TaskOptions = Pick<TaskRequested, 'startWithinMs' | 'retry' | 'queueId' | 'scheduleId' | 'fireAt' | 'parents'>

/** The options of an instant task that asks for none. */
export const noTaskOptions: TaskOptions = { startWithinMs: 0, retry: null, queueId: null, scheduleId: null, fireAt: null, parents: [] }
