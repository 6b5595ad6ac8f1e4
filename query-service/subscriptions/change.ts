import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { Position } from '@elves/core/eventing/position.ts'
import type { ElvesError } from '@elves/core/foundation/errors.ts'
import type { AgentView } from '@elves/core/read-models/agents/agent-view.ts'
import type { TaskView } from '@elves/core/read-models/tasks/task-view.ts'

export interface TaskTransition {
  readonly before: TaskView | null
  readonly after: TaskView
}

export interface AgentTransition {
  readonly before: AgentView | null
  readonly after: AgentView
}

/** An entry of the log with what it changed, as of its position. */
export interface Change {
  readonly stream: string
  readonly position: Position
  /** Null where it can't be read. */
  readonly recorded: RecordedEvent | null
  /** Null where the event is not a task's, or the task can't be told. */
  readonly task: TaskTransition | null
  /** Two where an alias moves from one agent to another. */
  readonly agents: readonly AgentTransition[]
  /** Why what it changed can't be told: EVENT_UNREADABLE of this event or of one before it in its stream. */
  readonly unreadable: ElvesError | null
  /** About what it takes in memory. */
  readonly bytes: number
}

/** Stands among the items of a subscriber for one that can't be told; the next ones come. */
export class Untellable {
  readonly error: ElvesError

  constructor(error: ElvesError) {
    this.error = error
  }
}
