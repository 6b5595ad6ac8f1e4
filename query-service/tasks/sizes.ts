import type { TaskView } from '@elves/core/read-models/tasks/task-view.ts'
import { jsonBytes, plainBytes } from '../read-side/sizes.ts'

/** Returns the approximate size of a task in memory and in an answer. */
export function taskBytes({ param, output, failure }: TaskView): number {
  return plainBytes + jsonBytes(param) + jsonBytes(output) + jsonBytes(failure)
}
