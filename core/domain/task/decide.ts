import { failedOutput, inlineValue } from '@elves/schemas/codec/value.ts'
import type { IgnoredReason, ReportKind, TaskOutcome } from '@elves/schemas/generated/types.ts'
import { cronIdLength, linkIdPattern } from '@elves/schemas/link/protocol.ts'
import { type Decider, type Decision, rejection } from '../decision.ts'
import { approvalOf, decideApproval, guardedBy } from './approval.ts'
import type {
  CancelTask,
  DispatchTask,
  LoseProcessing,
  LoseTask,
  RecordAcknowledged,
  RecordCronRun,
  RecordEnded,
  RecordProcessing,
  RecordStarted,
  ReleaseTask,
  RequestTask,
  SkipTask,
  TaskCommand,
} from './commands.ts'
import type { ReportedEndEvent, TaskEvent } from './events.ts'
import { noTaskOptions } from './options.ts'
import { checkIdempotencyKey, checkReason, checkRequest, checkText, hasControlCharacters } from './request.ts'
import { isRetried, nextAttempt, retriedEndOf } from './retry.ts'
import { useSecrets, withholdSecrets } from './secrets.ts'
import { dispatched, waitingForApproval, waitingToStart } from './starts.ts'
import { evolveTask, hasEnded, initialTaskState, type TaskState } from './state.ts'

export const taskDecider: Decider<TaskState, TaskCommand, TaskEvent> = {
  initialState: initialTaskState,
  decide: decideTask,
  evolve: evolveTask,
}

export function decideTask(command: TaskCommand, state: TaskState): Decision<TaskEvent> {
  switch (command.type) {
    case 'RequestTask':
      return request(command, state)
    case 'ReleaseTask':
      return release(command, state)
    case 'ApproveTask':
    case 'RefuseTask':
      return decideApproval(command, state)
    case 'DispatchTask':
      return dispatch(command, state)
    case 'SkipTask':
      return skip(command, state)
    case 'CancelTask':
      return cancel(command, state)
    case 'RecordCronRun':
      return cronRun(command, state)
    case 'RecordAcknowledged':
      return acknowledged(command, state)
    case 'RecordStarted':
      return started(command, state)
    case 'RecordEnded':
      return ended(command, state)
    case 'RecordProcessing':
      return processing(command, state)
    case 'LoseTask':
      return lose(command, state)
    case 'LoseProcessing':
      return loseProcessing(command, state)
    case 'UseSecrets':
      return useSecrets(command, state)
    case 'WithholdSecrets':
      return withholdSecrets(command, state)
  }
}

function request(command: RequestTask, state: TaskState): Decision<TaskEvent> {
  if (state.phase !== 'NONE') {
    if (state.requestHash !== null && state.requestHash === command.requestHash) return []
    return rejection('IDEMPOTENCY_KEY_REUSED', 'this idempotency key was used for another request', 'idempotencyKey')
  }
  const refusal = checkRequest(command)
  if (refusal) return refusal
  const { agentId, app, journalId, startWithinMs, isHeld, guards = [] } = command
  const asked = [requestedBy(command), ...guardedBy(command, guards)]
  if (isHeld) {
    const data = { agentId, app, attempt: 1, reason: 'QUEUE', notBefore: null, startBefore: null } as const
    return [...asked, { type: 'TaskWaiting', data }]
  }
  const approval = approvalOf(guards)
  if (approval !== null) return [...asked, waitingForApproval(command, command.now, approval)]
  if (journalId !== null && command.isFull !== true) return [...asked, dispatched(command, command, 1, journalId)]
  if (startWithinMs > 0) return [...asked, waitingToStart(command, command)]
  return command.isFull === true
    ? rejection('CONCURRENCY_REACHED', 'as many tasks run as may, and the task may not wait')
    : rejection('AGENT_OFFLINE', 'the agent is not connected', 'agent')
}

function requestedBy(command: RequestTask): TaskEvent {
  const { kind, agentId, app, agentIp, func, proxy, processor, timeoutMs, idempotencyKey, requestHash } = command
  const { queueId, scheduleId, fireAt, parents, startWithinMs, retry } = command
  const param = command.param === null ? null : inlineValue(command.param)
  const asked = { kind, agentId, app, agentIp, func, param, proxy, processor, timeoutMs, idempotencyKey, requestHash }
  return { type: 'TaskRequested', data: { ...asked, queueId, scheduleId, cronId: null, fireAt, parents, startWithinMs, retry } }
}

/** The same run may be told again. The id of a task that is not of this agent's cron is refused. */
function cronRun(command: RecordCronRun, state: TaskState): Decision<TaskEvent> {
  const { agentId, agentIp, app, func, param, proxy, processor, timeoutMs, cronId, fireAt, happenedAt, journalId } = command
  if (state.phase !== 'NONE') {
    if (state.agentId === agentId && state.cronId === cronId) return []
    return rejection('TASK_UNKNOWN', 'another task has the id of this run')
  }
  if (cronId === '' || cronId.length > cronIdLength || hasControlCharacters(cronId)) return rejection('ID_UNKNOWN', 'the run is of no cron')
  if (!linkIdPattern.test(journalId)) return rejection('ID_UNKNOWN', 'the run is of no journal')
  const refusal = checkText('cron', cronId) ?? checkRequest({ ...command, startWithinMs: 0, retry: null, idempotencyKey: null })
  if (refusal) return refusal
  const run = { kind: 'AGENT_CRON', agentId, app, agentIp, func, param: param === null ? null : inlineValue(param), proxy, processor } as const
  const asked = { ...noTaskOptions, ...run, timeoutMs, idempotencyKey: null, requestHash: null, cronId, fireAt }
  return [
    { type: 'TaskRequested', data: asked },
    dispatched({ ...command, journalId }, command, 1, journalId),
    { type: 'TaskAcknowledged', data: { agentId, app, attempt: 1, happenedAt } },
  ]
}

function release(command: ReleaseTask, state: TaskState): Decision<TaskEvent> {
  if (state.phase !== 'WAITING' || state.wait?.reason !== 'QUEUE') return []
  const { agentId, app, startWithinMs, approval } = state
  if (approval?.state === 'PENDING') return [waitingForApproval(state, command.now, approval.withinMs)]
  if (command.journalId !== null && command.isFull !== true) return [dispatched(command, state, 1, command.journalId)]
  if (startWithinMs > 0 || command.isFull === true) return [waitingToStart(state, command)]
  const failure = { code: 'START_EXPIRED', message: 'the agent was not connected, and the task may not wait for it' }
  return [{ type: 'TaskSkipped', data: { agentId, app, failure } }]
}

function dispatch(command: DispatchTask, state: TaskState): Decision<TaskEvent> {
  const { phase, wait } = state
  if (
    phase !== 'WAITING' ||
    !wait ||
    wait.reason === 'QUEUE' ||
    wait.reason === 'APPROVAL' ||
    wait.attempt !== command.attempt ||
    command.journalId === null
  )
    return []
  return [dispatched(command, state, wait.attempt, command.journalId)]
}

function skip({ failure, attempt }: SkipTask, { phase, wait, agentId, app }: TaskState): Decision<TaskEvent> {
  if (phase !== 'WAITING' || (attempt !== undefined && wait?.attempt !== attempt)) return []
  return [{ type: 'TaskSkipped', data: { agentId, app, failure } }]
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
  if (state.phase !== 'REQUESTED' && state.phase !== 'WAITING') return [requested]
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
  const { retry } = state
  const outcome = isLate || retry === null ? null : retriedEndOf(command.outcome)
  if (retry === null || outcome === null || !isRetried(state, outcome)) {
    const end = endEvent(command, state, isLate)
    return command.processing ? [end, processingStarted(command, state)] : [end]
  }
  const { happenedAt, output, killed, now, failure } = command
  return nextAttempt(state, retry, { happenedAt, outcome, failure: failure ?? noReason, output: output ?? failedOutput(''), killed }, now)
}

function processingStarted({ attempt }: RecordEnded, { agentId, app, journalId }: TaskState): TaskEvent {
  return { type: 'TaskProcessingStarted', data: { agentId, app, attempt, journalId: journalId ?? '' } }
}

function processing(command: RecordProcessing, state: TaskState): Decision<TaskEvent> {
  const { agentId, attempt, happenedAt, calls } = command
  const isOwn = state.processing?.attempt === attempt && agentId === state.agentId
  const outcome = state.processing?.outcome ?? null
  // What the center gave up is settled by an outcome that the agent tells nevertheless.
  const isSettled = outcome === 'UNKNOWN' ? command.state !== 'DELIVERED' && command.state !== 'FAILED' : outcome !== null
  if (!isOwn || isSettled) return ignore(command, state, 'PROCESSING', isOwn && outcome === command.state ? 'DUPLICATE' : 'STRAGGLER')
  const data = { agentId, app: state.app, attempt, happenedAt, calls }
  const error = command.error ?? 'the agent gave no reason'
  switch (command.state) {
    case 'DELIVERED':
      return [{ type: 'TaskProcessed', data: { ...data, answer: command.answer ?? '' } }]
    case 'FAILED':
      return [{ type: 'TaskProcessingFailed', data: { ...data, error, outcomeUnknown: false } }]
    case 'PENDING':
    case 'UNKNOWN':
      return [{ type: 'TaskProcessingDelayed', data: { ...data, error } }]
  }
}

/** The journal of the last dispatch is that of the result: only the last attempt's is handed on. */
function loseProcessing({ attempt, journalId, why, now }: LoseProcessing, state: TaskState): Decision<TaskEvent> {
  const { processing, agentId, app } = state
  if (processing?.attempt !== attempt || processing.outcome !== null) return []
  if (journalId !== null && journalId === state.journalId) return []
  const error = `OUTCOME_UNKNOWN: ${why}`
  return [{ type: 'TaskProcessingFailed', data: { agentId, app, attempt, happenedAt: now, calls: processing.calls, error, outcomeUnknown: true } }]
}

function lose(command: LoseTask, state: TaskState): Decision<TaskEvent> {
  if (!isUnderway(state) || command.attempt !== state.attempt) return []
  if (command.unlessStarted === true && state.phase === 'RUNNING') return []
  const { agentId, app, attempt, retry } = state
  const failure = { code: 'OUTCOME_UNKNOWN', message: command.why }
  if (retry === null || !isRetried(state, 'LOST')) return [{ type: 'TaskLost', data: { agentId, app, attempt, failure } }]
  return nextAttempt(state, retry, { happenedAt: command.now, outcome: 'LOST', failure, output: null, killed: null }, command.now)
}

/** Returns true if an attempt was dispatched and has not ended. */
function isUnderway({ phase }: TaskState): boolean {
  return phase === 'DISPATCHED' || phase === 'ACKNOWLEDGED' || phase === 'RUNNING'
}

/** What an agent reports of an attempt that the center knows. */
type AttemptReport = RecordAcknowledged | RecordStarted | RecordEnded | RecordProcessing

/** Returns why a report is ignored; null if it may change the task. */
function ignoredReason(command: AttemptReport, state: TaskState): IgnoredReason | null {
  return isUnderway(state) && command.agentId === state.agentId && command.attempt === state.attempt ? null : 'STRAGGLER'
}

function endIgnoredReason(command: RecordEnded, state: TaskState, otherwise: IgnoredReason): IgnoredReason {
  const end = state.phase === 'WAITING' ? state.attemptEnd : state.phase
  const isSameEnd = command.agentId === state.agentId && command.attempt === state.attempt && command.outcome === end
  return isSameEnd ? 'DUPLICATE' : otherwise
}

/** A report for a task that was never requested is not recorded: there is no stream for it. */
function ignore(command: AttemptReport, state: TaskState, report: ReportKind, reason: IgnoredReason): TaskEvent[] {
  if (state.phase === 'NONE') return []
  const outcome: TaskOutcome | null = command.type === 'RecordEnded' ? command.outcome : null
  return [{ type: 'TaskReportIgnored', data: { agentId: command.agentId, app: state.app, attempt: command.attempt, report, outcome, reason } }]
}

function endEvent(command: RecordEnded, state: TaskState, isLate: boolean): ReportedEndEvent {
  const { attempt, happenedAt, killed } = command
  const at = { agentId: state.agentId, app: state.app, attempt, happenedAt, isLate }
  const output = command.output ?? failedOutput('')
  const failure = command.failure ?? noReason
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

const noReason = { code: 'OUTCOME_UNKNOWN', message: 'the agent gave no reason' }
