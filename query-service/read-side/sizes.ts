import type { TaskView } from '@elves/core/read-models/tasks/task-view.ts'

/** What the values of fixed or short length take. */
const plainBytes = 500

/** About what a task takes, in memory and in an answer. */
export function taskBytes({ param, output, failure }: TaskView): number {
  return plainBytes + jsonBytes(param) + jsonBytes(output) + jsonBytes(failure)
}

/** What a value takes as JSON. */
export function jsonBytes(value: unknown): number {
  return value === null ? 0 : (JSON.stringify(value) ?? '').length
}
