import type { TaskEvent } from './events.ts'

export const endedPhases = ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'CANCELLED', 'REJECTED', 'LOST'] as const
/**
 * Every state of a task that people see. The SDL has the same ones: the compiler compares them where a resolver takes or
 * returns a state.
 */
export const taskStates = ['REQUESTED', 'DISPATCHED', 'ACKNOWLEDGED', 'RUNNING', ...endedPhases] as const

export type TaskPhase = 'NONE' | (typeof taskStates)[number]
export type EndedPhase = (typeof endedPhases)[number]

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
}

const ended: ReadonlySet<TaskPhase> = new Set(endedPhases)

export function hasEnded(phase: TaskPhase): phase is EndedPhase {
  return ended.has(phase)
}

export function evolveTask(state: TaskState, event: TaskEvent): TaskState {
  switch (event.type) {
    case 'TaskRequested': {
      const { agentId, app, timeoutMs, requestHash } = event.data
      return { ...state, phase: 'REQUESTED', agentId, app, timeoutMs, requestHash }
    }
    case 'TaskDispatched': {
      const { attempt, journalId, notAfter } = event.data
      return { ...state, phase: 'DISPATCHED', attempt, journalId, notAfter }
    }
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
      return { ...state, phase: 'CANCELLED' }
    case 'TaskRejected':
      return { ...state, phase: 'REJECTED' }
    case 'TaskLost':
      return { ...state, phase: 'LOST' }
    case 'TaskReportIgnored':
      return state
  }
}
