import type { Actor } from '@elves/schemas/generated/types.ts'
import type { TaskEvent } from '../../domain/task/events.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'

/** A guard that looked out for the call. */
export interface TaskGuardView {
  readonly name: string
  readonly outcome: 'WARN' | 'APPROVE'
  readonly message: string
}

/** Somebody's word about a task that a guard keeps. Times are ms since the epoch. */
export interface TaskApprovalView {
  /** WITHDRAWN: the task ended before anybody said a word. */
  readonly state: 'PENDING' | 'GIVEN' | 'REFUSED' | 'EXPIRED' | 'WITHDRAWN'
  /** Null: something else keeps the task, and its time has not begun. */
  readonly expiresAt: number | null
  readonly decidedBy: Actor | null
  readonly decidedAt: number | null
  readonly reason: string | null
}

export interface TaskGuardsView {
  readonly guards: readonly TaskGuardView[]
  /** Null: nobody has to approve it. */
  readonly approval: TaskApprovalView | null
}

const asked: TaskApprovalView = { state: 'PENDING', expiresAt: null, decidedBy: null, decidedAt: null, reason: null }

/** Returns what an event changes of the guards of a task and its approval. */
export function guardChanges(
  { guards, approval }: TaskGuardsView,
  { event, context, recordedAt }: RecordedEvent<TaskEvent>,
): Partial<TaskGuardsView> {
  const word = (state: TaskApprovalView['state'], reason: string | null): Partial<TaskGuardsView> => {
    return { approval: { ...(approval ?? asked), state, decidedBy: context.actor, decidedAt: recordedAt, reason } }
  }
  switch (event.type) {
    case 'TaskGuarded': {
      const { guard: name, outcome: told, message } = event.data
      const outcome = told === 'WARN' ? 'WARN' : 'APPROVE'
      return { guards: [...guards, { name, outcome, message }], approval: outcome === 'WARN' ? approval : asked }
    }
    case 'TaskWaiting':
      return approval && event.data.reason === 'APPROVAL' ? { approval: { ...approval, expiresAt: event.data.startBefore } } : {}
    case 'TaskApproved':
      return word('GIVEN', event.data.reason)
    case 'TaskApprovalRefused':
      return word('REFUSED', event.data.reason)
    case 'TaskSkipped':
      return approval?.state === 'PENDING'
        ? { approval: { ...approval, state: event.data.failure.code === 'APPROVAL_EXPIRED' ? 'EXPIRED' : 'WITHDRAWN' } }
        : {}
    case 'TaskCancelled':
      return approval?.state === 'PENDING' ? { approval: { ...approval, state: 'WITHDRAWN' } } : {}
    default:
      return {}
  }
}
