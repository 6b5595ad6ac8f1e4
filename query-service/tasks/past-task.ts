import { taskAggregate, taskStream } from '@elves/core/domain/task/task.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import { evolveTaskView, type TaskView } from '@elves/core/read-models/tasks/task-view.ts'
import { streamEvents } from '../read-side/stream-events.ts'

/** Returns the task as it was at an instant. `recordedAt` never decreases within a stream, so the events up to then come first. */
export async function taskAsOf(readModels: ReadModels, taskId: string, asOf: number): Promise<TaskView | null> {
  let view: TaskView | null = null
  for await (const event of streamEvents(readModels, taskStream(taskId))) {
    if (event.recordedAt > asOf) break
    if (taskAggregate.isEvent(event)) view = evolveTaskView(view, event)
  }
  return view
}
