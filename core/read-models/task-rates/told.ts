import type { TaskEvent } from '../../domain/task/events.ts'
import { taskAggregate } from '../../domain/task/task.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import { parsePosition } from '../../eventing/position.ts'
import type { TaskStateName } from '../tasks/task-view.ts'

export const minuteMs = 60_000
export const hourMs = 3_600_000
export const dayMs = 86_400_000

/** What an event tells of rates. */
export interface Told {
  readonly sequence: number
  /** ms since the epoch. */
  readonly at: number
  /** `REQUESTED`, or an end. */
  readonly state: TaskStateName
  readonly taskId: string
  readonly app: string
  /** How long the worker ran; null where it did not, or nobody knows. */
  readonly tookMs: number | null
  /** Null where it did not fail. */
  readonly failureCode: string | null
}

/** Returns what the event tells; null where that is nothing. A lost task whose end came late tells two ends: both are what happened then. */
export function toldBy(recorded: RecordedEvent): Told | null {
  if (!taskAggregate.isEvent(recorded)) return null
  const ended = endOf(recorded.event)
  if (!ended) return null
  const sequence = parsePosition(recorded.position).sequence
  return { sequence, at: recorded.recordedAt, taskId: taskAggregate.idOf(recorded.stream) ?? '', ...ended }
}

function endOf(event: TaskEvent): Omit<Told, 'sequence' | 'at' | 'taskId'> | null {
  switch (event.type) {
    case 'TaskRequested':
      return { state: 'REQUESTED', app: event.data.app, tookMs: null, failureCode: null }
    case 'TaskSucceeded':
      return { state: 'SUCCEEDED', app: event.data.app, tookMs: event.data.output.costMs, failureCode: null }
    case 'TaskFailed':
      return { state: 'FAILED', app: event.data.app, tookMs: event.data.output.costMs, failureCode: event.data.failure.code }
    case 'TaskTimedOut':
      return { state: 'TIMED_OUT', app: event.data.app, tookMs: event.data.output.costMs, failureCode: event.data.failure.code }
    case 'TaskCancelled':
      return { state: 'CANCELLED', app: event.data.app, tookMs: null, failureCode: null }
    case 'TaskRejected':
      return { state: 'REJECTED', app: event.data.app, tookMs: null, failureCode: event.data.failure.code }
    case 'TaskLost':
      return { state: 'LOST', app: event.data.app, tookMs: null, failureCode: event.data.failure.code }
    case 'TaskSkipped':
      return { state: 'SKIPPED', app: event.data.app, tookMs: null, failureCode: null }
    case 'TaskDispatched':
    case 'TaskWaiting':
    case 'TaskAttemptEnded':
    case 'TaskAcknowledged':
    case 'TaskStarted':
    case 'TaskCancelRequested':
    case 'TaskReportIgnored':
    case 'TaskProcessingStarted':
    case 'TaskProcessingDelayed':
    case 'TaskProcessed':
    case 'TaskProcessingFailed':
    case 'TaskGuarded':
    case 'TaskApproved':
    case 'TaskApprovalRefused':
    case 'TaskSecretsUsed':
      return null
  }
}
