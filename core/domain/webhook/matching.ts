import type { WebhookFilter } from '@elves/schemas/generated/types.ts'
import { subjectOf } from '../event-subject.ts'
import type { DomainEvent } from '../events.ts'
import type { Permission } from '../permissions.ts'
import type { TaskEventType } from '../task/events.ts'
import type { taskStates } from '../task/state.ts'

type TaskStateName = (typeof taskStates)[number]

const stateByType: Readonly<Record<TaskEventType, TaskStateName | null>> = {
  TaskRequested: 'REQUESTED',
  TaskGuarded: null,
  TaskApproved: null,
  TaskApprovalRefused: null,
  TaskWaiting: 'WAITING',
  TaskAttemptEnded: 'WAITING',
  TaskDispatched: 'DISPATCHED',
  TaskAcknowledged: 'ACKNOWLEDGED',
  TaskStarted: 'RUNNING',
  TaskSucceeded: 'SUCCEEDED',
  TaskFailed: 'FAILED',
  TaskTimedOut: 'TIMED_OUT',
  TaskCancelRequested: null,
  TaskCancelled: 'CANCELLED',
  TaskRejected: 'REJECTED',
  TaskLost: 'LOST',
  TaskSkipped: 'SKIPPED',
  TaskSecretsUsed: null,
  TaskReportIgnored: null,
  TaskProcessingStarted: null,
  TaskProcessingDelayed: null,
  TaskProcessed: null,
  TaskProcessingFailed: null,
}

/** Returns the state that a task gets into by an event; null for an event that moves no task into a state. */
export function taskStateAfter({ type }: DomainEvent): TaskStateName | null {
  return Object.hasOwn(stateByType, type) ? stateByType[type as TaskEventType] : null
}

/**
 * Returns what somebody must be allowed over the scope of a filter to be told of its events: what happens to tasks is seen by those who may
 * view them, everything else of the log by those who may audit.
 */
export function permissionsToBeTold({ types, states }: WebhookFilter): readonly Permission[] {
  const isOfTasks = states.length > 0 || (types.length > 0 && types.every((type) => Object.hasOwn(stateByType, type)))
  return isOfTasks ? ['VIEW'] : ['VIEW', 'AUDIT']
}

/** Returns the test of a filter; each field that is not empty must match. */
export function webhookMatches(filter: WebhookFilter): (event: DomainEvent) => boolean {
  const types = anyOf(filter.types)
  const apps = anyOf(filter.apps)
  const states = anyOf(filter.states)
  const agents = anyOf(filter.agents)
  const namesNothing = filter.apps.length === 0 && filter.agents.length === 0
  return (event) => {
    if (!types(event.type) || !states(taskStateAfter(event))) return false
    if (namesNothing) return true
    const { agentId, app } = subjectOf(event)
    return apps(app) && agents(agentId)
  }
}

function anyOf(values: readonly string[]): (value: string | null) => boolean {
  const wanted = new Set(values)
  return (value) => wanted.size === 0 || (value !== null && wanted.has(value))
}
