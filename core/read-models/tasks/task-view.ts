import type { Actor, TaskFailure, TaskKind, TaskOutput, Value } from '@elves/schemas/generated/types.ts'
import type { TaskEvent } from '../../domain/task/events.ts'
import type { taskStates } from '../../domain/task/state.ts'
import { taskAggregate } from '../../domain/task/task.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import type { Position } from '../../eventing/position.ts'

export type TaskStateName = (typeof taskStates)[number]

/** A task as people see it, as of `position`. All times are ms since the epoch on the store's clock. */
export interface TaskView {
  readonly id: string
  readonly kind: TaskKind
  readonly state: TaskStateName
  readonly agentId: string
  readonly agentIp: string
  readonly app: string
  readonly func: string
  readonly param: Value | null
  readonly proxy: string | null
  readonly processor: boolean
  readonly timeoutMs: number
  /** 0 before the first dispatch. */
  readonly attempt: number
  readonly requestedAt: number
  readonly dispatchedAt: number | null
  readonly acknowledgedAt: number | null
  readonly startedAt: number | null
  readonly cancelRequestedAt: number | null
  readonly endedAt: number | null
  readonly requestedBy: Actor
  readonly correlationId: string
  readonly output: TaskOutput | null
  readonly failure: TaskFailure | null
  /** Version of the stream's last event in this view. */
  readonly version: number
  readonly position: Position
}

/**
 * Folds a task's events into what people see. Projector, `asOf`, mutation answers and subscriptions all use this one fold.
 * An event at or below the view's version changes nothing, so a repeated delivery is harmless.
 */
export function evolveTaskView(view: TaskView | null, recorded: RecordedEvent<TaskEvent>): TaskView {
  const { event, version, position, recordedAt } = recorded
  if (view && version <= view.version) return view
  if (event.type === 'TaskRequested') {
    const { kind, agentId, agentIp, app, func, param, proxy, processor, timeoutMs } = event.data
    const { actor, correlationId } = recorded.context
    const request = { id: taskAggregate.idOf(recorded.stream) ?? '', kind, agentId, agentIp, app, func, param, proxy, processor, timeoutMs }
    const times = { requestedAt: recordedAt, dispatchedAt: null, acknowledgedAt: null, startedAt: null, cancelRequestedAt: null, endedAt: null }
    return { ...request, ...times, state: 'REQUESTED', attempt: 0, requestedBy: actor, correlationId, output: null, failure: null, version, position }
  }
  if (!view) throw new TypeError(`${recorded.stream} begins with ${event.type}`)
  return { ...view, ...changes(event, recordedAt), version, position }
}

function changes(event: Exclude<TaskEvent, { type: 'TaskRequested' }>, recordedAt: number): Partial<TaskView> {
  switch (event.type) {
    case 'TaskDispatched':
      return { state: 'DISPATCHED', attempt: event.data.attempt, dispatchedAt: recordedAt }
    case 'TaskAcknowledged':
      return { state: 'ACKNOWLEDGED', acknowledgedAt: recordedAt }
    case 'TaskStarted':
      return { state: 'RUNNING', startedAt: recordedAt }
    case 'TaskSucceeded':
      return { state: 'SUCCEEDED', endedAt: recordedAt, output: event.data.output, failure: null }
    case 'TaskFailed':
      return { state: 'FAILED', endedAt: recordedAt, output: event.data.output, failure: event.data.failure }
    case 'TaskTimedOut':
      return { state: 'TIMED_OUT', endedAt: recordedAt, output: event.data.output, failure: event.data.failure }
    case 'TaskCancelRequested':
      return { cancelRequestedAt: recordedAt }
    case 'TaskCancelled':
      return { state: 'CANCELLED', endedAt: recordedAt, output: event.data.output, failure: null }
    case 'TaskRejected':
      return { state: 'REJECTED', endedAt: recordedAt, output: event.data.output, failure: event.data.failure }
    case 'TaskLost':
      return { state: 'LOST', endedAt: recordedAt, output: null, failure: event.data.failure }
    case 'TaskReportIgnored':
      return {}
  }
}

/** Folds a whole stream; returns null if it has no events. */
export function foldTaskView(events: readonly RecordedEvent<TaskEvent>[]): TaskView | null {
  let view: TaskView | null = null
  for (const event of events) view = evolveTaskView(view, event)
  return view
}
