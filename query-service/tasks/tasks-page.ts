import type { Page } from '@elves/core/read-models/paging/page.ts'
import type { TaskFilter } from '@elves/core/read-models/tasks/queries.ts'
import type { GraphQLResolveInfo } from 'graphql'
import type { AgentResolvers } from '../generated/graphql.ts'
import { mapPage } from '../graphql/connections.ts'
import type { RequestContext } from '../graphql/context.ts'
import { type ListArguments, listAsOf } from '../graphql/list-as-of.ts'
import type { TaskParent } from './parents.ts'
import { pastTasks } from './past-task.ts'

/** A page of the tasks that match a filter, as they are, or as they were at `asOf`. */
export async function tasksPage(
  context: RequestContext,
  info: Pick<GraphQLResolveInfo, 'path'>,
  args: ListArguments,
  filter: TaskFilter,
): Promise<Page<TaskParent>> {
  const { readModels } = context.services
  const page = await listAsOf(context, info, args, {
    name: 'tasks',
    now: (request) => readModels.tasks(filter, request),
    past: (moment) => pastTasks(readModels, filter, moment),
  })
  return mapPage(page, (view) => ({ view, events: null }))
}

export const tasksOfAgent = {
  tasks: async ({ view, asOf }, args, context, info) => {
    await context.settled(['tasks'])
    return tasksPage(context, info, { ...args, asOf }, { agents: [view.id] })
  },
} satisfies AgentResolvers
