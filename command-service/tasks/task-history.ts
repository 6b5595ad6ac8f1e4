import type { DomainEventType } from '@elves/core/domain/events.ts'
import { taskDecider } from '@elves/core/domain/task/decide.ts'
import { type TaskEvent, taskEnds } from '@elves/core/domain/task/events.ts'
import type { TaskState } from '@elves/core/domain/task/state.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'

const ends: ReadonlySet<DomainEventType> = new Set(taskEnds)

/** Returns true if this event ends a task. A lost task may still be settled by another end. */
export function isEnd(type: DomainEventType): boolean {
  return ends.has(type)
}

/** Folds the state of a task from its whole stream. */
export function taskStateOf(events: readonly RecordedEvent[]): TaskState {
  return events.reduce((state, { event }) => taskDecider.evolve(state, event as TaskEvent), taskDecider.initialState)
}
