import type { TaskView } from '@elves/core/read-models/tasks/task-view.ts'
import type { RequestContext } from '../graphql/context.ts'
import { rowsById } from '../read-side/rows-by-id.ts'
import type { TaskParent } from './parents.ts'

/** Returns tasks in the order of their ids; those that the read models do not have yet are left out. Counts towards the answer. */
export async function tasksById(context: RequestContext, ids: readonly string[]): Promise<readonly TaskParent[]> {
  if (ids.length === 0) return []
  const { readModels } = context.services
  const loader = context.loader<TaskView>('tasks', (asked, maxBytes) => rowsById((filter, page) => readModels.tasks(filter, page), asked, maxBytes))
  const views = await loader.loadMany(ids)
  return views.flatMap((view) => {
    if (view instanceof Error) throw view
    return view ? [{ view, events: null }] : []
  })
}
