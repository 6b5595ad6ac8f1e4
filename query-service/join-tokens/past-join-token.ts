import { joinTokenAggregate, joinTokenStream } from '@elves/core/domain/join-token/join-token.ts'
import { joinTokensReadModel } from '@elves/core/read-models/join-tokens/index.ts'
import { evolveJoinTokenView, type JoinTokenView } from '@elves/core/read-models/join-tokens/join-token-view.ts'
import type { JoinTokensFilter } from '@elves/core/read-models/join-tokens/queries.ts'
import type { PastMoment } from '@elves/core/read-models/paging/past.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import type { PastList } from '../read-side/past-page.ts'
import { viewAsOf } from '../read-side/past-view.ts'
import type { StreamPages } from '../read-side/stream-events.ts'
import { anyOf } from '../subscriptions/any-of.ts'

/** Returns the join token as it was at an instant; null where it was not made yet. */
export function joinTokenAsOf(pages: StreamPages, id: string, asOf: number): Promise<JoinTokenView | null> {
  const of = { aggregate: joinTokenAggregate, stream: joinTokenStream(id) }
  return viewAsOf(pages, of, asOf, evolveJoinTokenView)
}

/** The list of join tokens as it was. */
export function pastJoinTokens(readModels: ReadModels, filter: JoinTokensFilter, moment: PastMoment): PastList<JoinTokenView> {
  const [ofIds, ofStates] = [anyOf(filter.ids), anyOf(filter.states)]
  return {
    moment,
    read: (request) => readModels.of(joinTokensReadModel).list(filter, request, moment),
    changedAt: ({ changedAt }) => changedAt,
    asItWas: ({ id }) => joinTokenAsOf(readModels, id, moment.asOf),
    matches: ({ id, state }) => ofIds(id) && ofStates(state),
  }
}
