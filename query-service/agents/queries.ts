import type { AgentListing } from '@elves/core/read-models/agents/queries.ts'
import type { QueryResolvers } from '../generated/graphql.ts'
import { filterOf, pageRequest } from '../graphql/arguments.ts'
import { mapPage } from '../graphql/connections.ts'
import { jsonBytes } from '../read-side/sizes.ts'
import type { AgentParent } from './parents.ts'

export const agentQueries = {
  agent: async (_root, args, context) => {
    await context.reached(args.notBefore, ['agents'])
    const found = await context.services.readModels.agent(args.id)
    if (found) context.take(jsonBytes(found.facts))
    return found && agentParent(found)
  },
  agents: async (_root, args, context, info) => {
    await context.reached(args.notBefore, ['agents'])
    const page = await context.page(info, pageRequest(args, 50), (request) => context.services.readModels.agents(filterOf(args.filter), request))
    return mapPage(page, agentParent)
  },
} satisfies QueryResolvers

function agentParent(agent: AgentListing): AgentParent {
  return { view: agent, lastSeenAt: agent.lastSeenAt }
}
