import { agentsReadModel } from '@elves/core/read-models/agents/index.ts'
import type { EdgeFeature } from '../feature.ts'
import { changed } from '../graphql/changed.ts'
import { connectionResolvers } from '../graphql/connections.ts'
import { agentChanges } from './changes.ts'
import { agentMatches } from './filter.ts'
import { agentMutations, commandsOfAgents } from './mutations.ts'
import { agentQueries } from './queries.ts'
import { agentResolvers } from './resolvers.ts'
import { infoAgentDetail, infoAgents } from './rest-endpoints.ts'

export const agentsFeature = {
  readModels: [agentsReadModel],
  commands: commandsOfAgents,
  changes: [agentChanges],
  resolvers: {
    Query: agentQueries,
    Mutation: agentMutations,
    Subscription: {
      agentChanged: changed(agentChanges, agentMatches, (view, position) => ({ agent: { view, lastSeenAt: undefined }, position })),
    },
    Agent: agentResolvers,
    AgentConnection: connectionResolvers,
  },
  restEndpoints: { '/api/v2/info/agents': infoAgents, '/api/v2/info/agents/detail': infoAgentDetail },
} satisfies EdgeFeature
