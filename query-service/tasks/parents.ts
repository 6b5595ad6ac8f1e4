import type { Refusal } from '@elves/core/command-api/command.ts'
import type { TaskEvent } from '@elves/core/domain/task/events.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { Position } from '@elves/core/eventing/position.ts'
import type { Page } from '@elves/core/read-models/paging/page.ts'
import type { TaskView, TaskWaitView } from '@elves/core/read-models/tasks/task-view.ts'
import type { RetryPolicy, TaskOutput } from '@elves/schemas/generated/types.ts'
import type { AgentLeftOut } from './run-selected.ts'

export interface TaskParent {
  readonly view: TaskView
  /** The whole history, if the write side returned it; null: read it from the read model. */
  readonly events: readonly RecordedEvent<TaskEvent>[] | null
}

export interface RunTaskPayloadParent {
  readonly task: TaskParent | null
  readonly position: Position | null
  readonly refusal: Refusal | null
  /** The rest is of an input with a selector; null otherwise. */
  readonly taskIds: readonly string[] | null
  readonly selected: number | null
  readonly leftOut: readonly AgentLeftOut[] | null
}

/** An attempt, folded from the task's events. Times are ms since the epoch. */
export interface AttemptParent
  extends Pick<TaskView, 'agentId' | 'state' | 'dispatchedAt' | 'acknowledgedAt' | 'startedAt' | 'endedAt' | 'output' | 'failure'> {
  readonly number: number
  /** True: no later event changes it. */
  readonly isClosed: boolean
}

export type TaskWaitParent = TaskWaitView
export type RetryParent = RetryPolicy
export type TaskResultParent = TaskOutput
export type TaskConnectionParent = Page<TaskParent>
