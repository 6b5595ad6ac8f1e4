import type { KillProof, TaskFailure, TaskKind, TaskOutcome, TaskOutput } from '@elves/schemas/generated/types.ts'

/** Ask for a task and commit to send it, in one decision: an instant task is never requested without being dispatched. */
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
  /** 0 is none. */
  readonly timeoutMs: number
  readonly idempotencyKey: string | null
  readonly requestHash: string | null
  readonly journalId: string
  /** ms since the epoch, center's clock. */
  readonly now: number
  readonly startAllowanceMs: number
  readonly deadlineGraceMs: number
}

export interface CancelTask {
  readonly type: 'CancelTask'
  readonly reason: string | null
  /** The client's key, where it sent one. */
  readonly idempotencyKey?: string | null
  readonly now: number
}

/** What the agent reports; `agentId` is who the link says it is, not what the report claims. */
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

/** Give an attempt up: its deadline has passed, or the agent's journal knows nothing of what it had acknowledged. */
export interface LoseTask {
  readonly type: 'LoseTask'
  readonly attempt: number
  readonly why: string
  /** Only its start deadline has passed: a start that was recorded meanwhile stands. */
  readonly unlessStarted?: boolean
}

export type TaskReportCommand = RecordAcknowledged | RecordStarted | RecordEnded
export type TaskCommand = RunTask | CancelTask | TaskReportCommand | LoseTask
