import type { EdgeFeature } from '../feature.ts'
import { dateTimeScalar } from '../graphql/scalars/date-time.ts'
import { jsonScalar } from '../graphql/scalars/json.ts'
import { positionScalar } from '../graphql/scalars/position.ts'
import { platformQueries, platformResolvers } from './resolvers.ts'

/** The platform itself, and the scalars that all features share. */
export const platformFeature = {
  readModels: [],
  resolvers: {
    JSON: jsonScalar,
    DateTime: dateTimeScalar,
    Position: positionScalar,
    Query: platformQueries,
    Platform: platformResolvers,
  },
} satisfies EdgeFeature
