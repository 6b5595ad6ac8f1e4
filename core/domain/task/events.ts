import type { MessageTypes, TaskEventName } from '@elves/schemas/generated/catalog.ts'

/** Events of stream `task-<id>`, as data: the record around them is not the domain's. */
export type TaskEvent = { [Name in TaskEventName]: { readonly type: Name; readonly data: MessageTypes[Name] } }[TaskEventName]
export type TaskEventType = TaskEventName

/** Ends that a report of the agent brings. */
export type ReportedEndEvent = Extract<TaskEvent, { type: 'TaskSucceeded' | 'TaskFailed' | 'TaskTimedOut' | 'TaskCancelled' | 'TaskRejected' }>

/** Every end; LOST is one that another end may still settle. */
export const taskEnds = [
  'TaskSucceeded',
  'TaskFailed',
  'TaskTimedOut',
  'TaskCancelled',
  'TaskRejected',
  'TaskLost',
] as const satisfies readonly TaskEventType[]

const prefix = 'task-'

export function taskStream(taskId: string): string {
  return prefix + taskId
}

/** The task id of a stream, or null where the stream is not a task's. */
export function taskIdOfStream(streamId: string): string | null {
  return streamId.startsWith(prefix) ? streamId.slice(prefix.length) : null
}
