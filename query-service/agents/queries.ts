import type { AgentListing } from '@elves/core/read-models/agents/queries.ts'
import type { QueryResolvers } from '../generated/graphql.ts'
import { filterOf, pageRequest } from '../graphql/arguments.ts'
import { mapPage } from '../graphql/connections.ts'
import type { AgentParent } from './parents.ts'
import { agentAsOf } from './past-agent.ts'

export const agentQueries = {
  agent: async (_root, args, context) => {
    const { readModels } = context.services
    const { asOf } = args
    if (asOf !== null && asOf !== undefined) {
      await context.reached(args.notBefore, ['event-log'])
      const view = await agentAsOf(readModels, args.id, asOf)
      if (view) context.takeValue([view.facts, view.enrolment])
      return view && { view, lastSeenAt: null, asOf }
    }
    await context.reached(args.notBefore, ['agents'])
    const found = await readModels.agent(args.id)
    if (found) context.takeValue([found.facts, found.enrolment])
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
