import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { TaskRequested } from '@elves/schemas/generated/types.ts'

/** What is told of a task when it ends: when it got where. Instants are ms since the epoch; null: not yet, in its last attempt. */
export interface TaskStory extends Pick<TaskRequested, 'app' | 'func'> {
  readonly requestedAt: number
  readonly dispatchedAt: number | null
  readonly acknowledgedAt: number | null
  readonly startedAt: number | null
}

/** Null where the events do not begin with the task's request. */
export function taskStory(events: readonly RecordedEvent[]): TaskStory | null {
  const [first] = events
  if (first?.event.type !== 'TaskRequested') return null
  const { app, func } = first.event.data
  const begun: TaskStory = { app, func, requestedAt: first.recordedAt, dispatchedAt: null, acknowledgedAt: null, startedAt: null }
  return events.reduce(continued, begun)
}

/** The story with one more event; one that it has already changes nothing. */
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

/** When it happened as the agent says, else when it was recorded. */
export function instantOf({ event, recordedAt }: RecordedEvent): number {
  return 'happenedAt' in event.data ? event.data.happenedAt : recordedAt
}
