import type { TaskView } from './task-view.ts'

/** Whether a task is late at an instant: a run that is over its time limit, or a task that should have started by then. */
export function isLateTask({ state, startedAt, timeoutMs, wait }: TaskView, at: number): boolean {
  if (state === 'RUNNING') return startedAt !== null && timeoutMs > 0 && startedAt + timeoutMs < at
  const startBefore = state === 'REQUESTED' || state === 'WAITING' ? (wait?.startBefore ?? null) : null
  return startBefore !== null && startBefore < at
}
