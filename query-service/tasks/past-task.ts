import { taskAggregate, taskStream } from '@elves/core/domain/task/task.ts'
import type { PastMoment } from '@elves/core/read-models/paging/past.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import { tasksReadModel } from '@elves/core/read-models/tasks/index.ts'
import type { TaskFilter } from '@elves/core/read-models/tasks/queries.ts'
import { evolveTaskView, type TaskView } from '@elves/core/read-models/tasks/task-view.ts'
import { agentIdsAsOf } from '../agents/past-agent.ts'
import type { PastList } from '../read-side/past-page.ts'
import { viewAsOf } from '../read-side/past-view.ts'
import type { StreamPages } from '../read-side/stream-events.ts'
import { taskMatches } from './filter.ts'

/** Returns the task as it was at an instant; null where it was not requested yet. */
export function taskAsOf(pages: StreamPages, taskId: string, asOf: number): Promise<TaskView | null> {
  return viewAsOf(pages, { aggregate: taskAggregate, stream: taskStream(taskId) }, asOf, evolveTaskView)
}

/** The list of tasks as it was; an ip in the filter is that of the agent that had it then. */
export async function pastTasks(readModels: ReadModels, asked: TaskFilter, moment: PastMoment): Promise<PastList<TaskView>> {
  const filter = asked.agents ? { ...asked, agents: await agentIdsAsOf(readModels, asked.agents, moment.asOf) } : asked
  return {
    moment,
    read: (request) => readModels.of(tasksReadModel).list(filter, request, moment),
    changedAt: ({ position }) => position,
    asItWas: ({ id }) => taskAsOf(readModels, id, moment.asOf),
    matches: taskMatches(filter),
  }
}
