import type { EventOf } from '../aggregate.ts'

/** Events of stream `task-<id>`, as data. The record around them does not belong to the domain. */
export type TaskEvent = EventOf<'task'>
export type TaskEventType = TaskEvent['type']

/** Ends that come from a report of the agent. */
export type ReportedEndEvent = Extract<TaskEvent, { type: 'TaskSucceeded' | 'TaskFailed' | 'TaskTimedOut' | 'TaskCancelled' | 'TaskRejected' }>

/** Every end. TaskLost is an end that another end may still settle. */
export const taskEnds = [
  'TaskSucceeded',
  'TaskFailed',
  'TaskTimedOut',
  'TaskCancelled',
  'TaskRejected',
  'TaskLost',
  'TaskSkipped',
] as const satisfies readonly TaskEventType[]
