import { cancelTasks } from '@elves/core/command-api/cancel-tasks.ts'
import { taskLimits } from '@elves/core/domain/task/limits.ts'
import { hasEnded, taskStates } from '@elves/core/domain/task/state.ts'
import type { TaskFilter } from '@elves/core/read-models/tasks/queries.ts'
import type { CancelTasksInput, Refusal, TaskRefusal } from '../generated/graphql.ts'
import { filterOf, maxPageSize } from '../graphql/arguments.ts'
import type { RequestContext } from '../graphql/context.ts'
import type { TaskParent } from './parents.ts'
import { tasksById } from './tasks-by-id.ts'

interface Payload {
  readonly tasks: readonly TaskParent[] | null
  readonly refusals: readonly TaskRefusal[]
  readonly position: string | null
  readonly refusal: Refusal | null
}

/**
 * Cancels the open tasks of a filter. The read model chooses them, and tells afterwards what became of each. A task that ends
 * meanwhile is refused with TASK_ENDED.
 */
export async function cancelAll({ filter, ...rest }: CancelTasksInput, context: RequestContext): Promise<Payload> {
  const { commands, readPosition } = context.services
  const ids = await openTasksOf(filterOf(filter) as TaskFilter, context)
  const { position, refusal } = await commands.call(cancelTasks, context.caller, { ids, ...rest })
  if (refusal) return { tasks: null, refusals: [], position: null, refusal }
  await readPosition.reached(position, ['tasks'])
  const tasks: TaskParent[] = []
  const refusals: TaskRefusal[] = []
  for (const task of await tasksById(context, ids)) {
    const { id, state, cancelRequestedAt } = task.view
    if (hasEnded(state) && cancelRequestedAt === null) refusals.push({ task: id, code: 'TASK_ENDED' })
    else tasks.push(task)
  }
  return { tasks, refusals, position, refusal: null }
}

async function openTasksOf(filter: TaskFilter, { services }: RequestContext): Promise<readonly string[]> {
  const states = (filter.states ?? taskStates).filter((state) => !hasEnded(state))
  const ids: string[] = []
  for (let after: string | null = null; ; ) {
    const first = Math.min(maxPageSize, taskLimits.cancelledAtOnce - ids.length)
    const page = await services.readModels.tasks({ ...filter, states }, { first, after })
    for (const { node } of page.edges) ids.push(node.id)
    if (!page.hasNextPage || page.endCursor === null || ids.length === taskLimits.cancelledAtOnce) return ids
    after = page.endCursor
  }
}
