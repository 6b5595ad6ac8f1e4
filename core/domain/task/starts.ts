import type { StartTerms } from './commands.ts'
import type { TaskEvent } from './events.ts'
import { taskLimits } from './limits.ts'
import type { TaskState } from './state.ts'

export function dispatched(
  terms: StartTerms,
  { agentId, app, timeoutMs }: Pick<TaskState, 'agentId' | 'app' | 'timeoutMs'>,
  attempt: number,
  journalId: string,
): TaskEvent {
  const notAfter = terms.now + terms.startAllowanceMs
  const deadlineAt = timeoutMs === 0 ? null : notAfter + timeoutMs + terms.deadlineGraceMs
  return { type: 'TaskDispatched', data: { agentId, app, attempt, journalId, notAfter, deadlineAt } }
}

type WaitingTask = Pick<TaskState, 'agentId' | 'app' | 'startWithinMs'>

/** The first attempt waits: for its turn, or until the agent is connected. Who waits for a turn does not use up the time to wait for the agent. */
export function waitingToStart({ agentId, app, startWithinMs }: WaitingTask, { now, isFull, journalId }: StartTerms): TaskEvent {
  const isTurn = isFull === true && journalId !== null
  const startBefore = now + (isTurn ? taskLimits.startWithinMs : startWithinMs)
  return { type: 'TaskWaiting', data: { agentId, app, attempt: 1, reason: isTurn ? 'LIMIT' : 'AGENT', notBefore: null, startBefore } }
}

export function waitingForApproval({ agentId, app }: Omit<WaitingTask, 'startWithinMs'>, now: number, withinMs: number): TaskEvent {
  return { type: 'TaskWaiting', data: { agentId, app, attempt: 1, reason: 'APPROVAL', notBefore: null, startBefore: now + withinMs } }
}
