import { queuesReadModel } from '@elves/core/read-models/queues/index.ts'
import type { QueueView } from '@elves/core/read-models/queues/queue-view.ts'
import type { RequestContext } from '../graphql/context.ts'
import { rowsById } from '../read-side/rows-by-id.ts'

/** Loads a queue by its id; null where the read models do not have it. Those that are asked for at the same time are read together. */
export function queueById(context: RequestContext, id: string): Promise<QueueView | null> {
  const { list } = context.services.readModels.of(queuesReadModel)
  return context.loader<QueueView>('queues', (ids, maxBytes) => rowsById(list, ids, maxBytes)).load(id)
}
