import type { TaskState } from '../../generated/operations.ts'

export const taskStates: readonly TaskState[] = [
  ...(['REQUESTED', 'WAITING', 'DISPATCHED', 'ACKNOWLEDGED', 'RUNNING'] as const),
  ...(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'CANCELLED', 'REJECTED', 'LOST', 'SKIPPED'] as const),
]
export const failedStates: readonly TaskState[] = ['FAILED', 'TIMED_OUT', 'REJECTED', 'LOST']

const endStates = new Set<TaskState>(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'CANCELLED', 'REJECTED', 'LOST', 'SKIPPED'])
export const hasEnded = (state: TaskState) => endStates.has(state)
