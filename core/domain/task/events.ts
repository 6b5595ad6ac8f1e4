import type { EventOf } from '../aggregate.ts'

/** Events of stream `task-<id>`, as data: the record around them is not the domain's. */
export type TaskEvent = EventOf<'task'>
export type TaskEventType = TaskEvent['type']

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
