import { isLateTask } from '@elves/core/read-models/tasks/late.ts'
import type { TaskFilter } from '@elves/core/read-models/tasks/queries.ts'
import type { TaskView } from '@elves/core/read-models/tasks/task-view.ts'
import { anyOf } from '../subscriptions/any-of.ts'

/** Matches the tasks that `readTasks` finds by SQL, except that an ip means the agent that had it when the task was requested. */
export function taskMatches(filter: TaskFilter): (task: TaskView) => boolean {
  const { requestedFrom = Number.NEGATIVE_INFINITY, requestedTo = Number.POSITIVE_INFINITY, correlationId } = filter
  const ids = anyOf(filter.ids)
  const agents = anyOf(filter.agents)
  const apps = anyOf(filter.apps)
  const states = anyOf(filter.states)
  const kinds = anyOf(filter.kinds)
  const queues = filter.queues && new Set(filter.queues)
  return (task) =>
    ids(task.id) &&
    (agents(task.agentId) || agents(task.agentIp)) &&
    apps(task.app) &&
    states(task.state) &&
    kinds(task.kind) &&
    (!queues || (task.queueId !== null && queues.has(task.queueId))) &&
    (filter.needsApproval === undefined || filter.needsApproval === (task.approval?.state === 'PENDING')) &&
    (filter.isLate === undefined || filter.isLate === isLateTask(task, Date.now())) &&
    task.requestedAt >= requestedFrom &&
    task.requestedAt < requestedTo &&
    (correlationId === undefined || task.correlationId === correlationId)
}
