import type { EdgeFeature } from '../feature.ts'
import { connectionResolvers } from '../graphql/connections.ts'
import { accessSubscriptions, changesOfAccess, historiesOfAccess } from './changes.ts'
import { accessMutations, accessQueries, accessTypes, commandsOfAccess } from './resolvers.ts'

/** Who may do what, and who could at any moment. It has no tables: all of it is folded from events. */
export const accessFeature = {
  readModels: [],
  commands: commandsOfAccess,
  changes: changesOfAccess,
  resolvers: {
    Query: accessQueries,
    Mutation: accessMutations,
    Subscription: accessSubscriptions,
    ...accessTypes,
    ...historiesOfAccess,
    Grant: { ...accessTypes.Grant, ...historiesOfAccess.Grant },
    Role: { ...accessTypes.Role, ...historiesOfAccess.Role },
    GrantConnection: connectionResolvers,
    AuthKeyConnection: connectionResolvers,
  },
} satisfies EdgeFeature
