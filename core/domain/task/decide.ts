import { failedOutput, inlineValue } from '@elves/schemas/codec/value.ts'
import type { IgnoredReason, ReportKind, TaskOutcome } from '@elves/schemas/generated/types.ts'
import { type Decider, type Decision, rejection } from '../decision.ts'
import type { CancelTask, LoseTask, RecordAcknowledged, RecordEnded, RecordStarted, RunTask, TaskCommand, TaskReportCommand } from './commands.ts'
import type { ReportedEndEvent, TaskEvent } from './events.ts'
import { checkIdempotencyKey, checkReason, checkRequest, checkText } from './request.ts'
import { evolveTask, hasEnded, initialTaskState, type TaskState } from './state.ts'

export const taskDecider: Decider<TaskState, TaskCommand, TaskEvent> = {
  initialState: initialTaskState,
  decide: decideTask,
  evolve: evolveTask,
}

export function decideTask(command: TaskCommand, state: TaskState): Decision<TaskEvent> {
  switch (command.type) {
    case 'RunTask':
      return run(command, state)
    case 'CancelTask':
      return cancel(command, state)
    case 'RecordAcknowledged':
      return acknowledged(command, state)
    case 'RecordStarted':
      return started(command, state)
    case 'RecordEnded':
      return ended(command, state)
    case 'LoseTask':
      return lose(command, state)
  }
}

function run(command: RunTask, state: TaskState): Decision<TaskEvent> {
  if (state.phase !== 'NONE') {
    if (state.requestHash !== null && state.requestHash === command.requestHash) return []
    return rejection('IDEMPOTENCY_KEY_REUSED', 'this idempotency key was used for another request', 'idempotencyKey')
  }
  const refusal = checkRequest(command)
  if (refusal) return refusal
  const { kind, agentId, agentIp, app, func, proxy, processor, timeoutMs, idempotencyKey, requestHash, journalId } = command
  const param = command.param === null ? null : inlineValue(command.param)
  const notAfter = command.now + command.startAllowanceMs
  const deadlineAt = timeoutMs === 0 ? null : notAfter + timeoutMs + command.deadlineGraceMs
  return [
    { type: 'TaskRequested', data: { kind, agentId, app, agentIp, func, param, proxy, processor, timeoutMs, idempotencyKey, requestHash } },
    { type: 'TaskDispatched', data: { agentId, app, attempt: 1, journalId, notAfter, deadlineAt } },
  ]
}

function cancel(command: CancelTask, state: TaskState): Decision<TaskEvent> {
  if (state.phase === 'NONE') return rejection('TASK_UNKNOWN', 'no task has this id', 'id')
  const { reason, idempotencyKey = null } = command
  const invalid = checkIdempotencyKey(idempotencyKey) ?? checkText('reason', reason)
  if (invalid) return invalid
  // A repeated request for the same cancel succeeds, even if the task has ended meanwhile.
  if (idempotencyKey !== null && state.cancelKey === idempotencyKey) return []
  if (hasEnded(state.phase)) return rejection('TASK_ENDED', `the task has ended already: ${state.phase}`, 'id')
  const tooLong = checkReason(reason)
  if (tooLong) return tooLong
  if (state.isCancelRequested) return []
  const { agentId, app } = state
  const requested: TaskEvent = { type: 'TaskCancelRequested', data: { agentId, app, reason, idempotencyKey } }
  if (state.phase !== 'REQUESTED') return [requested]
  const data = { agentId, app, attempt: state.attempt, happenedAt: command.now, reason, output: null, killed: null, isLate: false }
  return [requested, { type: 'TaskCancelled', data }]
}

function acknowledged(command: RecordAcknowledged, state: TaskState): Decision<TaskEvent> {
  const ignored = ignoredReason(command, state)
  if (ignored) return ignore(command, state, 'ACKNOWLEDGED', ignored)
  if (state.phase !== 'DISPATCHED') return ignore(command, state, 'ACKNOWLEDGED', 'DUPLICATE')
  const { agentId, app } = state
  return [{ type: 'TaskAcknowledged', data: { agentId, app, attempt: command.attempt, happenedAt: command.happenedAt } }]
}

function started(command: RecordStarted, state: TaskState): Decision<TaskEvent> {
  const ignored = ignoredReason(command, state)
  if (ignored) return ignore(command, state, 'STARTED', ignored)
  if (state.phase === 'RUNNING') return ignore(command, state, 'STARTED', 'DUPLICATE')
  const { agentId, app } = state
  return [{ type: 'TaskStarted', data: { agentId, app, attempt: command.attempt, happenedAt: command.happenedAt } }]
}

function ended(command: RecordEnded, state: TaskState): Decision<TaskEvent> {
  const ignored = ignoredReason(command, state)
  // The outcome of a lost task was unknown: one late report of the same attempt settles it.
  const isLate = state.phase === 'LOST' && command.agentId === state.agentId && command.attempt === state.attempt
  if (ignored && !isLate) return ignore(command, state, 'ENDED', endIgnoredReason(command, state, ignored))
  return [endEvent(command, state, isLate)]
}

function lose(command: LoseTask, state: TaskState): Decision<TaskEvent> {
  if (state.phase === 'NONE' || hasEnded(state.phase) || command.attempt !== state.attempt) return []
  if (command.unlessStarted === true && state.phase === 'RUNNING') return []
  const { agentId, app, attempt } = state
  return [{ type: 'TaskLost', data: { agentId, app, attempt, failure: { code: 'OUTCOME_UNKNOWN', message: command.why } } }]
}

/** Returns why a report is ignored; null if it may change the task. */
function ignoredReason(command: TaskReportCommand, state: TaskState): IgnoredReason | null {
  const isOpen = state.phase !== 'NONE' && !hasEnded(state.phase)
  return isOpen && command.agentId === state.agentId && command.attempt === state.attempt ? null : 'STRAGGLER'
}

function endIgnoredReason(command: RecordEnded, state: TaskState, otherwise: IgnoredReason): IgnoredReason {
  const isSameEnd = command.agentId === state.agentId && command.attempt === state.attempt && command.outcome === state.phase
  return isSameEnd ? 'DUPLICATE' : otherwise
}

/** A report for a task that was never requested is not recorded: there is no stream for it. */
function ignore(command: TaskReportCommand, state: TaskState, report: ReportKind, reason: IgnoredReason): TaskEvent[] {
  if (state.phase === 'NONE') return []
  const outcome: TaskOutcome | null = command.type === 'RecordEnded' ? command.outcome : null
  return [{ type: 'TaskReportIgnored', data: { agentId: command.agentId, app: state.app, attempt: command.attempt, report, outcome, reason } }]
}

function endEvent(command: RecordEnded, state: TaskState, isLate: boolean): ReportedEndEvent {
  const { attempt, happenedAt, killed } = command
  const at = { agentId: state.agentId, app: state.app, attempt, happenedAt, isLate }
  const output = command.output ?? failedOutput('')
  const failure = command.failure ?? { code: 'OUTCOME_UNKNOWN', message: 'the agent gave no reason' }
  switch (command.outcome) {
    case 'SUCCEEDED':
      return { type: 'TaskSucceeded', data: { ...at, output } }
    case 'TIMED_OUT':
      return { type: 'TaskTimedOut', data: { ...at, failure, output, killed } }
    case 'CANCELLED':
      return { type: 'TaskCancelled', data: { ...at, reason: state.cancelReason, output: command.output, killed } }
    case 'REJECTED':
      return { type: 'TaskRejected', data: { ...at, failure, output } }
    case 'FAILED':
    case 'UNKNOWN':
      return { type: 'TaskFailed', data: { ...at, failure, output, killed } }
  }
}
