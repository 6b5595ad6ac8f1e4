import type { DomainEventType } from '@elves/core/domain/events.ts'
import { taskDecider } from '@elves/core/domain/task/decide.ts'
import { type TaskEvent, taskEnds } from '@elves/core/domain/task/events.ts'
import type { TaskState } from '@elves/core/domain/task/state.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { TaskRequested } from '@elves/schemas/generated/types.ts'

const ends: ReadonlySet<DomainEventType> = new Set(taskEnds)

/** Returns true if this event ends a task. A lost task may still be settled by another end. */
export function isEnd(type: DomainEventType): boolean {
  return ends.has(type)
}

/** Folds the state of a task from its whole stream. */
export function taskStateOf(events: readonly RecordedEvent[]): TaskState {
  return events.reduce((state, { event }) => taskDecider.evolve(state, event as TaskEvent), taskDecider.initialState)
}

/** When a task reached each stage; it is told when the task ends. Instants are ms since the epoch; null: its last attempt has not got there. */
export interface TaskStory extends Pick<TaskRequested, 'app' | 'func'> {
  readonly requestedAt: number
  readonly dispatchedAt: number | null
  readonly acknowledgedAt: number | null
  readonly startedAt: number | null
}

/** Returns null if the events do not begin with the task's request. */
export function taskStory(events: readonly RecordedEvent[]): TaskStory | null {
  const [first] = events
  if (first?.event.type !== 'TaskRequested') return null
  const { app, func } = first.event.data
  const begun: TaskStory = { app, func, requestedAt: first.recordedAt, dispatchedAt: null, acknowledgedAt: null, startedAt: null }
  return events.reduce(continued, begun)
}

/** Returns the story with one more event. An event that it already has changes nothing. */
export function continued(story: TaskStory, recorded: RecordedEvent): TaskStory {
  switch (recorded.event.type) {
    case 'TaskDispatched':
      return { ...story, dispatchedAt: recorded.recordedAt, acknowledgedAt: null, startedAt: null }
    case 'TaskAcknowledged':
      return { ...story, acknowledgedAt: instantOf(recorded) }
    case 'TaskStarted':
      return { ...story, startedAt: instantOf(recorded) }
    default:
      return story
  }
}

/** Returns when the event happened by the agent's clock, or else when it was recorded. */
export function instantOf({ event, recordedAt }: RecordedEvent): number {
  return 'happenedAt' in event.data ? event.data.happenedAt : recordedAt
}
