import { queueAggregate } from '@elves/core/domain/queue/queue.ts'
import type { QueueFilter } from '@elves/core/read-models/queues/queries.ts'
import { evolveQueueView, type QueueView } from '@elves/core/read-models/queues/queue-view.ts'
import { anyOf } from '../subscriptions/any-of.ts'
import { followed } from '../subscriptions/followed.ts'

export const queueChanges = followed({
  name: 'queue',
  of: [queueAggregate],
  evolve: (view: QueueView | null, _id, recorded) => evolveQueueView(view, recorded),
})

/** Matches what `readQueues` finds by SQL. */
export function queueMatches(filter: QueueFilter): (queue: QueueView) => boolean {
  const { createdFrom = Number.NEGATIVE_INFINITY, createdTo = Number.POSITIVE_INFINITY } = filter
  const [ids, states] = [anyOf(filter.ids), anyOf(filter.states)]
  const apps = filter.apps && new Set(filter.apps)
  return ({ id, state, app, createdAt }) =>
    ids(id) && states(state) && (!apps || (app !== null && apps.has(app))) && createdAt >= createdFrom && createdAt < createdTo
}
