import { type TaskEvent, type TaskEventType, taskEnds } from '@elves/core/domain/task/events.ts'
import { taskAggregate } from '@elves/core/domain/task/task.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { TaskDispatched } from '@elves/schemas/generated/types.ts'

/** What a batch of events changes of one open attempt. An attempt that begins and ends within the batch is not written. */
export interface AttemptChange {
  readonly taskId: string
  /** Set if the attempt was dispatched within the batch. */
  dispatched: { readonly data: TaskDispatched; readonly recordedAt: number } | null
  isAcknowledged: boolean
  isStarted: boolean
  /** When the cancel was recorded, in ms since the epoch; null if no cancel was requested within the batch. */
  cancelRequestedAt: number | null
  isEnded: boolean
}

export interface FoldedChanges {
  readonly opened: readonly AttemptChange[]
  /** Opened by an earlier batch, still open. */
  readonly updated: readonly AttemptChange[]
  /** Ids of tasks whose attempt an earlier batch opened, and that have ended now. */
  readonly closed: readonly string[]
}

const changing: ReadonlySet<string> = new Set<TaskEventType>([
  'TaskDispatched',
  'TaskAcknowledged',
  'TaskStarted',
  'TaskCancelRequested',
  'TaskAttemptEnded',
  ...taskEnds,
])

/** Returns true if the event can change an open attempt. */
export function changesAttempt({ event }: RecordedEvent): boolean {
  return changing.has(event.type)
}

/** Folds a batch to its net effect. */
export function foldAttempts(events: readonly RecordedEvent[]): FoldedChanges {
  const changes = new Map<string, AttemptChange>()
  for (const recorded of events) {
    const taskId = taskAggregate.idOf(recorded.stream)
    if (taskId !== null && taskAggregate.isEvent(recorded)) fold(changes, taskId, recorded)
  }
  const all = [...changes.values()]
  return {
    opened: all.filter(({ dispatched, isEnded }) => dispatched && !isEnded),
    updated: all.filter(({ dispatched, isEnded }) => !dispatched && !isEnded),
    closed: all.filter(({ dispatched, isEnded }) => !dispatched && isEnded).map(({ taskId }) => taskId),
  }
}

function fold(changes: Map<string, AttemptChange>, taskId: string, { event, recordedAt }: RecordedEvent<TaskEvent>): void {
  switch (event.type) {
    case 'TaskDispatched':
      Object.assign(changeOf(changes, taskId), { ...untouched, dispatched: { data: event.data, recordedAt } })
      return
    case 'TaskAcknowledged':
      changeOf(changes, taskId).isAcknowledged = true
      return
    case 'TaskStarted':
      Object.assign(changeOf(changes, taskId), { isAcknowledged: true, isStarted: true })
      return
    case 'TaskCancelRequested':
      changeOf(changes, taskId).cancelRequestedAt = recordedAt
      return
    case 'TaskAttemptEnded':
    case 'TaskSkipped':
    case 'TaskSucceeded':
    case 'TaskFailed':
    case 'TaskTimedOut':
    case 'TaskCancelled':
    case 'TaskRejected':
    case 'TaskLost':
      changeOf(changes, taskId).isEnded = true
      return
    case 'TaskRequested':
    case 'TaskWaiting':
    case 'TaskProcessingStarted':
    case 'TaskProcessingDelayed':
    case 'TaskProcessed':
    case 'TaskProcessingFailed':
    case 'TaskSecretsUsed':
    case 'TaskReportIgnored':
      return
  }
}

const untouched = { dispatched: null, isAcknowledged: false, isStarted: false, cancelRequestedAt: null, isEnded: false }

function changeOf(changes: Map<string, AttemptChange>, taskId: string): AttemptChange {
  const known = changes.get(taskId)
  if (known) return known
  const change = { taskId, ...untouched }
  changes.set(taskId, change)
  return change
}
