import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
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

/** An event with what it changed, as of its position. */
export interface Change {
  readonly recorded: RecordedEvent
  /** Null where the event is not a task's. */
  readonly task: TaskTransition | null
  /** Two where an alias moves from one agent to another. */
  readonly agents: readonly AgentTransition[]
}
