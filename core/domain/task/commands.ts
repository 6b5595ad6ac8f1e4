import type {
  KillProof,
  ProcessingState,
  RetryPolicy,
  TaskFailure,
  TaskKind,
  TaskOutcome,
  TaskOutput,
  UsedSecret,
} from '@elves/schemas/generated/types.ts'

/** What a dispatch needs to know: whether the agent is connected, and what the deadlines of an attempt are made of. */
export interface StartTerms {
  /** The journal of the agent's connection; null: the agent is not connected. */
  readonly journalId: string | null
  /** ms since the epoch, on the center's clock. */
  readonly now: number
  readonly startAllowanceMs: number
  readonly deadlineGraceMs: number
  /** True: as many run as may, so a task that may wait waits for its turn. */
  readonly isFull?: boolean
}

/** A guard that looks out for the call and lets it be asked for. */
export interface TaskGuard {
  readonly name: string
  readonly outcome: 'WARN' | 'APPROVE'
  readonly message: string
  readonly approvalMs: number
}

/**
 * Requests a task of any kind. In the same decision it is dispatched, or waits: for its queue if it is held, otherwise for its agent
 * if that is not connected.
 */
export interface RequestTask extends StartTerms {
  readonly type: 'RequestTask'
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
  /** How long it may wait for its agent; 0: it is refused if the agent is not connected. */
  readonly startWithinMs: number
  readonly retry: RetryPolicy | null
  readonly queueId: string | null
  readonly scheduleId: string | null
  /** The instant of the schedule's rule; ms since the epoch. */
  readonly fireAt: number | null
  /** Ids of the tasks that have to succeed first. */
  readonly parents: readonly string[]
  /** True: it waits until it is released. */
  readonly isHeld: boolean
  readonly guards?: readonly TaskGuard[]
  readonly idempotencyKey: string | null
  readonly requestHash: string | null
}

/** Lets a held task go: it is dispatched, or waits for its agent. Repeated, it does nothing. */
export interface ReleaseTask extends StartTerms {
  readonly type: 'ReleaseTask'
}

/** Somebody other than who asked for it approves a task. Repeated, it does nothing. */
export interface ApproveTask extends StartTerms {
  readonly type: 'ApproveTask'
  readonly reason: string | null
}

/** Somebody refuses to approve a task: it is skipped. Repeated, it does nothing. */
export interface RefuseTask {
  readonly type: 'RefuseTask'
  readonly reason: string | null
}

/** Dispatches a task that waits for its agent or its next attempt. Does nothing if it does not wait for this attempt. */
export interface DispatchTask extends StartTerms {
  readonly type: 'DispatchTask'
  readonly attempt: number
}

/** Ends a task that waits. Does nothing if it does not wait. */
export interface SkipTask {
  readonly type: 'SkipTask'
  readonly failure: TaskFailure
  /** If set, only while it waits for this attempt. */
  readonly attempt?: number
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
  /** True: the agent hands the result to the app's processor. */
  readonly processing: boolean
  /** ms since the epoch, on the center's clock: the delay of a next attempt counts from then. */
  readonly now: number
}

/** How far the agent is with handing the result of an attempt to the app's processor. */
export interface RecordProcessing {
  readonly type: 'RecordProcessing'
  readonly agentId: string
  readonly attempt: number
  readonly happenedAt: number
  readonly state: ProcessingState
  /** Calls of the processor so far. */
  readonly calls: number
  readonly error: string | null
  readonly answer: string | null
}

/** Gives a processing up whose outcome nobody can tell any more: the journal that has the result is gone, or its agent is. */
export interface LoseProcessing {
  readonly type: 'LoseProcessing'
  readonly attempt: number
  /** The journal that the agent has now: a result that is in it is not given up. Null: no report of the agent will come. */
  readonly journalId: string | null
  readonly why: string
  /** ms since the epoch, on the center's clock. */
  readonly now: number
}

/** Tells which secrets go along with an instruction. Ask before it is sent: it is sent only where the attempt is still DISPATCHED afterwards. */
export interface UseSecrets {
  readonly type: 'UseSecrets'
  readonly attempt: number
  readonly secrets: readonly UsedSecret[]
  /** Of the agent's key that they are encrypted for. */
  readonly fingerprint: string
}

/** Ends an attempt whose secrets are not to be had. Does nothing where its instruction may have been sent before: then it may run. */
export interface WithholdSecrets {
  readonly type: 'WithholdSecrets'
  readonly attempt: number
  readonly failure: TaskFailure
  /** ms since the epoch, on the center's clock: the delay of a next attempt counts from then. */
  readonly now: number
}

/** Gives an attempt up: its deadline has passed, or the agent's journal does not have the task that the agent had acknowledged. */
export interface LoseTask {
  readonly type: 'LoseTask'
  readonly attempt: number
  readonly why: string
  /** ms since the epoch, on the center's clock: the delay of a next attempt counts from then. */
  readonly now: number
  /** True: only the start deadline has passed, so nothing is lost if a start was recorded meanwhile. */
  readonly unlessStarted?: boolean
}

/**
 * An agent began a run of its own cron: a task that nobody at the center asked for. It is requested, dispatched and acknowledged at
 * once. `startAllowanceMs`: how long the run may wait at the agent.
 */
export interface RecordCronRun extends Omit<StartTerms, 'journalId'>, Pick<RequestTask, RunFields> {
  readonly type: 'RecordCronRun'
  /** Key of the cron in the agent's cron.json. */
  readonly cronId: string
  /** The instant of the rule; ms since the epoch. */
  readonly fireAt: number
  readonly happenedAt: number
  readonly journalId: string
}

type RunFields = 'agentId' | 'agentIp' | 'app' | 'func' | 'param' | 'proxy' | 'processor' | 'timeoutMs'

export type TaskReportCommand = RecordCronRun | RecordAcknowledged | RecordStarted | RecordEnded | RecordProcessing
export type TaskCommand =
  | RequestTask
  | ReleaseTask
  | ApproveTask
  | RefuseTask
  | DispatchTask
  | SkipTask
  | CancelTask
  | TaskReportCommand
  | LoseTask
  | LoseProcessing
  | UseSecrets
  | WithholdSecrets
