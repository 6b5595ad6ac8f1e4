import type { RetriedEnd, RetryPolicy, TaskSecretsUsed, WaitReason } from '@elves/schemas/generated/types.ts'
import type { DomainEvent, DomainEventType } from '../events.ts'
import { type TaskEvent, taskEnds } from './events.ts'

const endedPhases = ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'CANCELLED', 'REJECTED', 'LOST', 'SKIPPED'] as const
/**
 * Every state of a task that people see. The SDL has the same ones: the compiler compares them where a resolver takes or
 * returns a state.
 */
export const taskStates = ['REQUESTED', 'WAITING', 'DISPATCHED', 'ACKNOWLEDGED', 'RUNNING', ...endedPhases] as const

export type TaskPhase = 'NONE' | (typeof taskStates)[number]
export type EndedPhase = (typeof endedPhases)[number]

/** What a task waits for that is not dispatched yet. Instants are ms since the epoch. */
export interface TaskWait {
  /** The attempt that it waits for. */
  readonly attempt: number
  readonly reason: WaitReason
  /** When the attempt is due; null: at once. */
  readonly notBefore: number | null
  /** The task is skipped if its agent is not connected by then; null: it waits without end. */
  readonly startBefore: number | null
}

/** The attempt whose result the agent hands to the app's processor. */
export interface TaskProcessing {
  readonly attempt: number
  /** Null: it is not over. UNKNOWN: the center gave it up, and a report may still settle it. */
  readonly outcome: 'DELIVERED' | 'FAILED' | 'UNKNOWN' | null
  /** Calls of the processor that the agent has told of. */
  readonly calls: number
}

/** What a decision about a task needs to know of its past. */
export interface TaskState {
  readonly phase: TaskPhase
  readonly agentId: string
  readonly app: string
  /** 0 before the first dispatch. */
  readonly attempt: number
  readonly journalId: string | null
  /** ms since the epoch; the agent must not start the attempt later. */
  readonly notAfter: number
  readonly timeoutMs: number
  readonly isCancelRequested: boolean
  readonly cancelReason: string | null
  readonly cancelKey: string | null
  readonly requestHash: string | null
  /** The cron of its agent's own that made it; null for any other task. */
  readonly cronId: string | null
  readonly startWithinMs: number
  readonly retry: RetryPolicy | null
  /** Null if it does not wait. */
  readonly wait: TaskWait | null
  /** How the last attempt ended, if another one follows it and has not been dispatched. */
  readonly attemptEnd: RetriedEnd | null
  /** Null if no result is handed to the app's processor. */
  readonly processing: TaskProcessing | null
  /** Null if nobody has to approve it. */
  readonly approval: TaskApproval | null
  /** The last attempt whose instruction had secrets with it, and which; null: none had. */
  readonly secretsUsed: Pick<TaskSecretsUsed, 'attempt' | 'secrets' | 'fingerprint'> | null
}

/** Whether somebody has approved a task that a guard looks out for. */
export interface TaskApproval {
  readonly state: 'PENDING' | 'GIVEN' | 'REFUSED'
  /** So long it waits for it. */
  readonly withinMs: number
}

export const initialTaskState: TaskState = {
  phase: 'NONE',
  agentId: '',
  app: '',
  attempt: 0,
  journalId: null,
  notAfter: 0,
  timeoutMs: 0,
  isCancelRequested: false,
  cancelReason: null,
  cancelKey: null,
  requestHash: null,
  cronId: null,
  startWithinMs: 0,
  retry: null,
  wait: null,
  attemptEnd: null,
  processing: null,
  approval: null,
  secretsUsed: null,
}

const ended: ReadonlySet<TaskPhase> = new Set(endedPhases)

export function hasEnded(phase: TaskPhase): phase is EndedPhase {
  return ended.has(phase)
}

const ends: ReadonlySet<DomainEventType> = new Set(taskEnds)

/** Returns true if this event ends a task. A lost task may still be settled by another end. */
export function isEnd(type: DomainEventType): boolean {
  return ends.has(type)
}

/** Folds the state of a task from its whole stream. */
export function taskStateOf(events: readonly { readonly event: DomainEvent }[]): TaskState {
  return events.reduce((state, { event }) => evolveTask(state, event as TaskEvent), initialTaskState)
}

export function evolveTask(state: TaskState, event: TaskEvent): TaskState {
  switch (event.type) {
    case 'TaskRequested': {
      const { agentId, app, timeoutMs, requestHash, cronId, startWithinMs, retry } = event.data
      return { ...state, phase: 'REQUESTED', agentId, app, timeoutMs, requestHash, cronId, startWithinMs, retry }
    }
    case 'TaskDispatched': {
      const { attempt, journalId, notAfter } = event.data
      return { ...state, phase: 'DISPATCHED', attempt, journalId, notAfter, wait: null, attemptEnd: null }
    }
    case 'TaskWaiting': {
      const { attempt, reason, notBefore, startBefore } = event.data
      return { ...state, phase: 'WAITING', wait: { attempt, reason, notBefore, startBefore } }
    }
    case 'TaskAttemptEnded':
      return { ...state, phase: 'WAITING', attemptEnd: event.data.outcome }
    case 'TaskAcknowledged':
      return { ...state, phase: 'ACKNOWLEDGED' }
    case 'TaskStarted':
      return { ...state, phase: 'RUNNING' }
    case 'TaskSucceeded':
      return { ...state, phase: 'SUCCEEDED' }
    case 'TaskFailed':
      return { ...state, phase: 'FAILED' }
    case 'TaskTimedOut':
      return { ...state, phase: 'TIMED_OUT' }
    case 'TaskCancelRequested':
      return { ...state, isCancelRequested: true, cancelReason: event.data.reason, cancelKey: event.data.idempotencyKey }
    case 'TaskCancelled':
      return { ...state, phase: 'CANCELLED', wait: null }
    case 'TaskRejected':
      return { ...state, phase: 'REJECTED' }
    case 'TaskLost':
      return { ...state, phase: 'LOST' }
    case 'TaskSkipped':
      return { ...state, phase: 'SKIPPED', wait: null }
    case 'TaskProcessingStarted':
      return { ...state, processing: { attempt: event.data.attempt, outcome: null, calls: 0 } }
    case 'TaskProcessed':
      return { ...state, processing: { attempt: event.data.attempt, outcome: 'DELIVERED', calls: event.data.calls } }
    case 'TaskProcessingFailed': {
      const { attempt, calls, outcomeUnknown } = event.data
      return { ...state, processing: { attempt, outcome: outcomeUnknown ? 'UNKNOWN' : 'FAILED', calls } }
    }
    case 'TaskProcessingDelayed':
      return { ...state, processing: { attempt: event.data.attempt, outcome: null, calls: event.data.calls } }
    case 'TaskGuarded': {
      const { outcome, approvalMs } = event.data
      return outcome === 'WARN' ? state : { ...state, approval: { state: 'PENDING', withinMs: approvalMs ?? 0 } }
    }
    case 'TaskApproved':
      return { ...state, approval: { state: 'GIVEN', withinMs: state.approval?.withinMs ?? 0 } }
    case 'TaskApprovalRefused':
      return { ...state, approval: { state: 'REFUSED', withinMs: state.approval?.withinMs ?? 0 } }
    case 'TaskSecretsUsed': {
      const { attempt, secrets, fingerprint } = event.data
      return { ...state, secretsUsed: { attempt, secrets, fingerprint } }
    }
    case 'TaskReportIgnored':
      return state
  }
}
