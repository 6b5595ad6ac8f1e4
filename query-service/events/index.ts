import { eventLogReadModel } from '@elves/core/read-models/event-log/index.ts'
import type { EdgeFeature } from '../feature.ts'
import { followedBy } from '../graphql/changed.ts'
import { connectionResolvers } from '../graphql/connections.ts'
import { changesQuery, streamChangeResolvers } from './changes-between.ts'
import { eventQueries } from './queries.ts'
import { actorResolvers, eventResolvers } from './resolvers.ts'
import { selectEvents } from './subscriptions.ts'

export const eventsFeature = {
  readModels: [eventLogReadModel],
  resolvers: {
    Query: { ...eventQueries, ...changesQuery },
    Subscription: { eventAppended: followedBy(selectEvents) },
    Event: eventResolvers,
    Actor: actorResolvers,
    EventConnection: connectionResolvers,
    StreamChange: streamChangeResolvers,
    StreamChangeConnection: connectionResolvers,
  },
} satisfies EdgeFeature
