import type { EdgeFeature } from '../feature.ts'
import { connectionResolvers } from '../graphql/connections.ts'
import { jsonScalar } from '../graphql/json-text/json-text.ts'
import { dateTimeScalar, positionScalar } from '../graphql/scalars.ts'
import { endpointsOfSupervisor } from '../rest-v2/endpoints-of-supervisor.ts'
import { commandsOfRepairs, repairMutations } from './repairs.ts'
import { platformQueries, platformResolvers } from './resolvers.ts'

/** The platform itself, and the scalars that all features share. */
export const platformFeature = {
  readModels: [],
  commands: commandsOfRepairs,
  resolvers: {
    JSON: jsonScalar,
    DateTime: dateTimeScalar,
    Position: positionScalar,
    Query: platformQueries,
    Mutation: repairMutations,
    Platform: platformResolvers,
    DeadLetterConnection: connectionResolvers,
    RebuildConnection: connectionResolvers,
  },
  restEndpoints: endpointsOfSupervisor,
} satisfies EdgeFeature
