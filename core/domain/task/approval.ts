import { type Decision, rejection } from '../decision.ts'
import type { ApproveTask, RefuseTask, TaskGuard } from './commands.ts'
import type { TaskEvent } from './events.ts'
import { taskLimits } from './limits.ts'
import { checkReason, checkText } from './request.ts'
import { dispatched, waitingToStart } from './starts.ts'
import { hasEnded, type TaskState } from './state.ts'

export function guardedBy({ agentId, app }: Pick<TaskState, 'agentId' | 'app'>, guards: readonly TaskGuard[]): readonly TaskEvent[] {
  return guards.map(({ name, outcome, message, approvalMs }): TaskEvent => {
    return { type: 'TaskGuarded', data: { agentId, app, guard: name, outcome, message, approvalMs: outcome === 'APPROVE' ? approvalMs : null } }
  })
}

/** Returns how long a task waits for its approval, the shortest of its guards; null: it needs none. */
export function approvalOf(guards: readonly TaskGuard[]): number | null {
  const asked = guards.filter(({ outcome }) => outcome === 'APPROVE').map(({ approvalMs }) => approvalMs)
  return asked.length === 0 ? null : Math.min(...asked)
}

/** Returns true if the last of a task's events says that it waits for an approval: nobody knows when that comes, so no request waits for it. */
export function waitsForApproval(events: readonly { readonly event: { readonly type: string; readonly data: object } }[]): boolean {
  const last = events.at(-1)?.event
  return last?.type === 'TaskWaiting' && 'reason' in last.data && last.data.reason === 'APPROVAL'
}

/** Who may say it is not decided here: nobody approves what he asked for himself. */
export function decideApproval(command: ApproveTask | RefuseTask, state: TaskState): Decision<TaskEvent> {
  const { phase, approval, wait, agentId, app } = state
  if (phase === 'NONE') return rejection('TASK_UNKNOWN', 'no task has this id', 'task')
  if (approval?.state === (command.type === 'ApproveTask' ? 'GIVEN' : 'REFUSED')) return []
  if (approval?.state !== 'PENDING' || hasEnded(phase)) return rejection('APPROVAL_NONE', 'the task does not wait for an approval', 'task')
  const { reason } = command
  const invalid = checkText('reason', reason) ?? checkReason(reason)
  if (invalid) return invalid
  if (command.type === 'RefuseTask') {
    const failure = { code: 'APPROVAL_REFUSED', message: reason ?? 'somebody refused to approve the task' }
    return [
      { type: 'TaskApprovalRefused', data: { agentId, app, reason } },
      { type: 'TaskSkipped', data: { agentId, app, failure } },
    ]
  }
  const approved: TaskEvent = { type: 'TaskApproved', data: { agentId, app, reason } }
  // What its queue holds goes on waiting for that.
  if (wait?.reason !== 'APPROVAL') return [approved]
  if (command.journalId !== null && command.isFull !== true) return [approved, dispatched(command, state, 1, command.journalId)]
  // Nobody could know when the approval would come, so it waits for its agent at least as long as a task of a queue.
  const startWithinMs = Math.max(state.startWithinMs, taskLimits.defaultStartWithinMs)
  return [approved, waitingToStart({ ...state, startWithinMs }, command)]
}
