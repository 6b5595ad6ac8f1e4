import type { TaskEvent } from '@elves/core/domain/task/events.ts'
import { taskAggregate } from '@elves/core/domain/task/task.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { TaskWaiting } from '@elves/schemas/generated/types.ts'

/** A task that waits for its agent or its next attempt. */
export interface WaitingChange {
  readonly taskId: string
  readonly data: TaskWaiting
  readonly recordedAt: number
}

export interface FoldedWaits {
  readonly begun: readonly WaitingChange[]
  /** Ids of tasks that do not wait any more. */
  readonly over: readonly string[]
}

/**
 * Returns true if the event can change what waits. The dispatch of a task that never waited is the second event of its stream: such
 * tasks must cost nothing here.
 */
export function changesWaiting({ event, version }: RecordedEvent): boolean {
  switch (event.type) {
    case 'TaskWaiting':
      return event.data.reason !== 'QUEUE'
    case 'TaskDispatched':
      return version > 1
    case 'TaskCancelled':
    case 'TaskSkipped':
      return true
    default:
      return false
  }
}

/** Folds a batch to its net effect. */
export function foldWaits(events: readonly RecordedEvent[]): FoldedWaits {
  const changes = new Map<string, WaitingChange | null>()
  for (const recorded of events) {
    const taskId = taskAggregate.idOf(recorded.stream)
    if (taskId === null || !taskAggregate.isEvent(recorded) || !changesWaiting(recorded)) continue
    changes.set(taskId, waitOf(taskId, recorded))
  }
  const begun: WaitingChange[] = []
  const over: string[] = []
  for (const [taskId, change] of changes) {
    if (change) begun.push(change)
    else over.push(taskId)
  }
  return { begun, over }
}

function waitOf(taskId: string, { event, recordedAt }: RecordedEvent<TaskEvent>): WaitingChange | null {
  return event.type === 'TaskWaiting' ? { taskId, data: event.data, recordedAt } : null
}
