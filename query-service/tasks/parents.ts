import type { TaskEvent } from '@elves/core/domain/task/events.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { Page } from '@elves/core/read-models/paging/page.ts'
import type { TaskView } from '@elves/core/read-models/tasks/task-view.ts'
import type { TaskOutput } from '@elves/schemas/generated/types.ts'

export interface TaskParent {
  readonly view: TaskView
  /** The whole history, if the write side returned it; null: read it from the read model. */
  readonly events: readonly RecordedEvent<TaskEvent>[] | null
}

export type TaskResultParent = TaskOutput
export type TaskConnectionParent = Page<TaskParent>
