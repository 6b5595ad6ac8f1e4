import { isEnd } from '@elves/core/domain/task/state.ts'
import { taskAggregate } from '@elves/core/domain/task/task.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'

/** Schedules with the overlap policy QUEUE that have something due, and whose last task has not ended. */
export interface WaitingSchedules {
  add(scheduleId: string, taskId: string): void
  /** The schedules that wait now. */
  schedules(): readonly string[]
  /** Takes the events of the log; returns true if a schedule does not wait any more. */
  observe(events: readonly RecordedEvent[]): boolean
}

/** So long a schedule waits without another look at its task: its end may have come between the look and `add`. */
const againAfterMs = 2_000

export function waitingSchedules(now: () => number = () => performance.now()): WaitingSchedules {
  const byTask = new Map<string, { readonly scheduleId: string; readonly since: number }>()
  return {
    add(scheduleId, taskId) {
      byTask.set(taskId, { scheduleId, since: now() })
    },
    schedules() {
      for (const [taskId, { since }] of byTask) if (now() - since > againAfterMs) byTask.delete(taskId)
      return [...byTask.values()].map(({ scheduleId }) => scheduleId)
    },
    observe(events) {
      if (byTask.size === 0) return false
      let isOver = false
      for (const { event, stream } of events) {
        if (isEnd(event.type) && byTask.delete(taskAggregate.idOf(stream) ?? '')) isOver = true
      }
      return isOver
    },
  }
}
