import type { Actor, RetryPolicy, TaskFailure, TaskKind, TaskOutput, Value, WaitReason } from '@elves/schemas/generated/types.ts'
import type { TaskEvent } from '../../domain/task/events.ts'
import type { taskStates } from '../../domain/task/state.ts'
import { taskAggregate } from '../../domain/task/task.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import type { Position } from '../../eventing/position.ts'
import { guardChanges, type TaskGuardsView } from './task-guards-view.ts'

export type TaskStateName = (typeof taskStates)[number]

/** What a task waits for. Instants are ms since the epoch. */
export interface TaskWaitView {
  readonly reason: WaitReason
  /** When its next attempt is due; null: at once. */
  readonly notBefore: number | null
  /** It is skipped if its agent is not connected by then; null: it waits without end. */
  readonly startBefore: number | null
}

/** How far the agent is with handing the result to the app's processor. */
export interface ProcessingView {
  readonly state: 'PENDING' | 'DELIVERED' | 'FAILED'
  /** Calls of the processor, as far as they were told. */
  readonly calls: number
  /** Why the last call failed; null if none has failed, or if it was delivered. */
  readonly error: string | null
  readonly answer: string | null
  /** When the outcome was recorded; ms since the epoch. */
  readonly endedAt: number | null
}

/** A task as people see it, as of `position`. All times are ms since the epoch on the store's clock. */
export interface TaskView extends TaskGuardsView {
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
  readonly startWithinMs: number
  readonly retry: RetryPolicy | null
  readonly queueId: string | null
  readonly scheduleId: string | null
  /** The cron of its agent's own that made it. */
  readonly cronId: string | null
  readonly fireAt: number | null
  /** Ids of the tasks that have to succeed first. */
  readonly parents: readonly string[]
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
  /** Null if it does not wait. */
  readonly wait: TaskWaitView | null
  /** Null if no result of it is handed to the app's processor. */
  readonly processing: ProcessingView | null
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
    const { startWithinMs, retry, queueId, scheduleId, cronId, fireAt, parents } = event.data
    const { actor, correlationId } = recorded.context
    const asked = { id: taskAggregate.idOf(recorded.stream) ?? '', kind, agentId, agentIp, app, func, param, proxy, processor, timeoutMs }
    const request = { ...asked, startWithinMs, retry, queueId, scheduleId, cronId, fireAt, parents }
    const times = { requestedAt: recordedAt, dispatchedAt: null, acknowledgedAt: null, startedAt: null, cancelRequestedAt: null, endedAt: null }
    const begun = {
      state: 'REQUESTED',
      attempt: 0,
      requestedBy: actor,
      correlationId,
      output: null,
      failure: null,
      wait: null,
      processing: null,
      guards: [],
      approval: null,
    } as const
    return { ...request, ...times, ...begun, version, position }
  }
  if (!view) throw new TypeError(`${recorded.stream} begins with ${event.type}`)
  return { ...view, ...changes(event, recordedAt), ...guardChanges(view, recorded), version, position }
}

function changes(event: Exclude<TaskEvent, { type: 'TaskRequested' }>, recordedAt: number): Partial<TaskView> {
  switch (event.type) {
    case 'TaskDispatched':
      return { state: 'DISPATCHED', attempt: event.data.attempt, dispatchedAt: recordedAt, acknowledgedAt: null, startedAt: null, wait: null }
    case 'TaskWaiting': {
      const { reason, notBefore, startBefore } = event.data
      return { state: 'WAITING', wait: { reason, notBefore, startBefore } }
    }
    // The next event says what the task waits for.
    case 'TaskAttemptEnded':
      return { state: 'WAITING' }
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
      return { state: 'CANCELLED', endedAt: recordedAt, output: event.data.output, failure: null, wait: null }
    case 'TaskRejected':
      return { state: 'REJECTED', endedAt: recordedAt, output: event.data.output, failure: event.data.failure }
    case 'TaskLost':
      return { state: 'LOST', endedAt: recordedAt, output: null, failure: event.data.failure }
    case 'TaskSkipped':
      return { state: 'SKIPPED', endedAt: recordedAt, output: null, failure: event.data.failure, wait: null }
    case 'TaskProcessingStarted':
      return { processing: { state: 'PENDING', calls: 0, error: null, answer: null, endedAt: null } }
    case 'TaskProcessingDelayed': {
      const { calls, error } = event.data
      return { processing: { state: 'PENDING', calls, error, answer: null, endedAt: null } }
    }
    case 'TaskProcessed': {
      const { calls, answer } = event.data
      return { processing: { state: 'DELIVERED', calls, error: null, answer, endedAt: recordedAt } }
    }
    case 'TaskProcessingFailed': {
      const { calls, error } = event.data
      return { processing: { state: 'FAILED', calls, error, answer: null, endedAt: recordedAt } }
    }
    case 'TaskGuarded':
    case 'TaskApproved':
    case 'TaskApprovalRefused':
    case 'TaskSecretsUsed':
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
