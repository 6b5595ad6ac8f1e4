import { selectableOf } from '@elves/core/read-models/agents/agent-view.ts'
import { agentsReadModel } from '@elves/core/read-models/agents/index.ts'
import type { AgentListing } from '@elves/core/read-models/agents/queries.ts'
import { mayList } from '@elves/core/read-models/visible.ts'
import type { QueryResolvers } from '../generated/graphql.ts'
import { filterOf, pageRequest } from '../graphql/arguments.ts'
import { mapPage } from '../graphql/connections.ts'
import { listAsOf } from '../graphql/list-as-of.ts'
import type { AgentParent } from './parents.ts'
import { agentAsOf, pastAgents } from './past-agent.ts'

export const agentQueries = {
  agent: async (_root, args, context) => {
    const { readModels } = context.services
    const { asOf } = args
    if (asOf !== null && asOf !== undefined) {
      await context.reached(args.notBefore, ['event-log'])
      const view = await agentAsOf(readModels, args.id, asOf)
      const visible = context.visible
      if (view && visible && !mayList(visible, selectableOf(view))) return null
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
    const { readModels } = context.services
    const filter = filterOf(args.filter)
    const page = await listAsOf(context, info, args, {
      name: 'agents',
      now: (request) => readModels.agents(filter, request),
      past: (moment) => pastAgents(readModels, filter, moment),
    })
    const { asOf } = args
    return mapPage(page, (agent) => (typeof asOf === 'number' ? { view: agent, lastSeenAt: null, asOf } : agentParent(agent)))
  },
  agentGroups: async (_root, { label, selector, first, notBefore }, context) => {
    await context.reached(notBefore, ['agents'])
    const { first: most } = pageRequest({ first }, 100)
    const groups = await context.services.readModels.of(agentsReadModel).groups({ label, selector: selector ?? '', most })
    context.takeValue(groups)
    return groups
  },
} satisfies QueryResolvers

function agentParent(agent: AgentListing): AgentParent {
  return { view: agent, lastSeenAt: agent.lastSeenAt }
}
