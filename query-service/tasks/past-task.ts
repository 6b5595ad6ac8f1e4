import { taskAggregate, taskStream } from '@elves/core/domain/task/task.ts'
import { evolveTaskView, type TaskView } from '@elves/core/read-models/tasks/task-view.ts'
import { type StreamPages, streamEventsAsOf } from '../read-side/stream-events.ts'

/** Returns the task as it was at an instant; null where it was not requested yet. */
export async function taskAsOf(pages: StreamPages, taskId: string, asOf: number): Promise<TaskView | null> {
  let view: TaskView | null = null
  for await (const event of streamEventsAsOf(pages, taskStream(taskId), asOf)) {
    if (taskAggregate.isEvent(event)) view = evolveTaskView(view, event)
  }
  return view
}
