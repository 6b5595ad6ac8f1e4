import type { TaskView } from '@elves/core/read-models/tasks/task-view.ts'
import type { RequestContext } from '../graphql/context.ts'
import { tooLarge } from '../graphql/limits/answer-budget.ts'
import type { TaskParent } from './parents.ts'

/** Returns tasks in the order of their ids; those that the read models do not have yet are left out. Counts towards the answer. */
export async function tasksById(context: RequestContext, ids: readonly string[]): Promise<readonly TaskParent[]> {
  if (ids.length === 0) return []
  const loader = context.loader('tasks', async (asked, maxBytes) => {
    const found = new Map<string, TaskView>()
    let bytes = 0
    for (let after: string | null = null; ; ) {
      const page = await context.services.readModels.tasks({ ids: asked }, { first: asked.length, after, maxBytes })
      bytes += page.bytes
      if (bytes > maxBytes) throw tooLarge()
      const [unreadable] = page.unreadable
      if (unreadable) throw unreadable
      for (const { node } of page.edges) found.set(node.id, node)
      if (!page.hasNextPage || page.endCursor === null) return found
      after = page.endCursor
    }
  })
  const views = await loader.loadMany(ids)
  return views.flatMap((view) => {
    if (view instanceof Error) throw view
    return view ? [{ view, events: null }] : []
  })
}
