import type { KillProof, TaskFailure, TaskKind, TaskOutcome, TaskOutput } from '@elves/schemas/generated/types.ts'

/** Requests a task and dispatches it, in one decision: an instant task is never requested without being dispatched. */
export interface RunTask {
  readonly type: 'RunTask'
  readonly kind: TaskKind
  readonly agentId: string
  readonly agentIp: string
  readonly app: string
  readonly func: string
  /** JSON text, byte for byte as it came; null for none. */
  readonly param: string | null
  readonly proxy: string | null
  readonly processor: boolean
  /** 0 means no timeout. */
  readonly timeoutMs: number
  readonly idempotencyKey: string | null
  readonly requestHash: string | null
  readonly journalId: string
  /** ms since the epoch, on the center's clock. */
  readonly now: number
  readonly startAllowanceMs: number
  readonly deadlineGraceMs: number
}

export interface CancelTask {
  readonly type: 'CancelTask'
  readonly reason: string | null
  /** The client's idempotency key, if it sent one. */
  readonly idempotencyKey?: string | null
  readonly now: number
}

/** A report of an agent. `agentId` is the agent that the link belongs to, not what the report claims. */
export interface RecordAcknowledged {
  readonly type: 'RecordAcknowledged'
  readonly agentId: string
  readonly attempt: number
  readonly happenedAt: number
}

export interface RecordStarted {
  readonly type: 'RecordStarted'
  readonly agentId: string
  readonly attempt: number
  readonly happenedAt: number
}

export interface RecordEnded {
  readonly type: 'RecordEnded'
  readonly agentId: string
  readonly attempt: number
  readonly happenedAt: number
  readonly outcome: TaskOutcome
  readonly failure: TaskFailure | null
  readonly output: TaskOutput | null
  readonly killed: KillProof | null
}

/** Gives an attempt up: its deadline has passed, or the agent's journal does not have the task that the agent had acknowledged. */
export interface LoseTask {
  readonly type: 'LoseTask'
  readonly attempt: number
  readonly why: string
  /** True: only the start deadline has passed, so nothing is lost if a start was recorded meanwhile. */
  readonly unlessStarted?: boolean
}

export type TaskReportCommand = RecordAcknowledged | RecordStarted | RecordEnded
export type TaskCommand = RunTask | CancelTask | TaskReportCommand | LoseTask
