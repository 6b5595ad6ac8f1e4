import { TaskChangesDocument, type TaskFilter, TaskListDocument, type TaskRowFragment } from '../../../generated/operations.ts'
import { ask } from '../../graphql/ask.ts'
import { endOf } from '../../graphql/page-end.ts'
import { type LiveList, useLiveList } from '../../graphql/use-live-list.ts'
import { hasEnded } from '../../parts/task-states.ts'

/** The tasks that a filter selects, newest first, live. */
export function useTaskList(filter: TaskFilter, first = 100): LiveList<TaskRowFragment> {
  return useLiveList({
    key: JSON.stringify(filter),
    page: async (after, signal) => {
      const { tasks } = await ask(TaskListDocument, { filter, first, after }, signal)
      return {
        nodes: tasks.nodes,
        endCursor: endOf(tasks.pageInfo),
      }
    },
    document: TaskChangesDocument,
    variables: (after) => ({ filter, after }),
    change: ({ taskChanged: { task, position } }) => ({ node: task, position }),
    matches: matchesOf(filter),
    // A change of an older task that no page has shown yet comes with its page.
    isNew: ({ requestedAt }, newest) => filter.states != null || filter.isLate === true || newest === undefined || requestedAt >= newest.requestedAt,
  })
}

/** The subscription also tells of tasks that a change took out of the filter. */
function matchesOf({ states, apps, kinds, agents, isLate }: TaskFilter): (task: TaskRowFragment) => boolean {
  return (task) =>
    // Whether another one is late says the platform, which tells of no other.
    (isLate !== true || !hasEnded(task.state)) &&
    (states?.includes(task.state) ?? true) &&
    (apps?.includes(task.app) ?? true) &&
    (kinds?.includes(task.kind) ?? true) &&
    (agents?.some((agent) => agent === task.agentId || agent === task.agentIp) ?? true)
}
