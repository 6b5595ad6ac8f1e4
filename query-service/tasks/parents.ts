import type { TaskEvent } from '@elves/core/domain/task/events.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { Position } from '@elves/core/eventing/position.ts'
import type { AgentView } from '@elves/core/read-models/agents/agent-view.ts'
import type { Page, ProjectorStatus } from '@elves/core/read-models/read-models.ts'
import type { TaskView } from '@elves/core/read-models/tasks/task-view.ts'
import type { Actor, TaskOutput } from '@elves/schemas/generated/types.ts'

/** What the resolvers of each GraphQL type are given. */
export interface TaskParent {
  readonly view: TaskView
  /** The whole history, where it came along from the write side; null: ask the read model. */
  readonly events: readonly RecordedEvent<TaskEvent>[] | null
}

export interface AgentParent {
  readonly view: AgentView
  /** ms since the epoch, null for never; undefined where only the view is at hand. */
  readonly lastSeenAt: number | null | undefined
}

export interface PlatformParent {
  /** Asked of the write side, once, by whoever wants it first. */
  readonly headPosition: () => Promise<Position>
  readonly readPosition: Position
  readonly projectors: readonly ProjectorStatus[]
}

export type EventParent = RecordedEvent
export type ActorParent = Actor
export type TaskResultParent = TaskOutput
export type TaskConnectionParent = Page<TaskParent>
export type AgentConnectionParent = Page<AgentParent>
export type EventConnectionParent = Page<EventParent>
