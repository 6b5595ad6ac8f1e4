import { queuesReadModel } from '@elves/core/read-models/queues/index.ts'
import type { QueueView } from '@elves/core/read-models/queues/queue-view.ts'
import type { RequestContext } from '../graphql/context.ts'
import { tooLarge } from '../graphql/limits/answer-budget.ts'

/** Loads a queue by its id; null where the read models do not have it. Those that are asked for at the same time are read together. */
export function queueById(context: RequestContext, id: string): Promise<QueueView | null> {
  const loader = context.loader<QueueView>('queues', async (ids, maxBytes) => {
    const { list } = context.services.readModels.of(queuesReadModel)
    const found = new Map<string, QueueView>()
    let bytes = 0
    for (let after: string | null = null; ; ) {
      const page = await list({ ids }, { first: ids.length, after, maxBytes })
      bytes += page.bytes
      if (bytes > maxBytes) throw tooLarge()
      for (const { node } of page.edges) found.set(node.id, node)
      if (!page.hasNextPage || page.endCursor === null) return found
      after = page.endCursor
    }
  })
  return loader.load(id)
}
