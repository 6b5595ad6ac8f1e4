import { readModelNames } from '@elves/core/read-models/projectors.ts'
import type { AgentListing } from '@elves/core/read-models/read-models.ts'
import type { QueryResolvers } from '../generated/graphql.ts'
import { filterOf, pageRequest } from '../graphql/arguments.ts'
import { mapPage } from '../graphql/connections.ts'
import { platformParent } from '../platform/resolvers.ts'
import { jsonBytes, taskBytes } from '../read-side/sizes.ts'
import type { AgentParent } from './parents.ts'
import { taskAsOf } from './past-task.ts'

export const queryResolvers = {
  task: async (_root, args, context) => {
    const { readModels } = context.services
    const { asOf } = args
    await context.reached(args.notBefore, asOf === null || asOf === undefined ? ['tasks'] : ['event-log'])
    const view = await (asOf === null || asOf === undefined ? readModels.task(args.id) : taskAsOf(readModels, args.id, asOf))
    if (view) context.take(taskBytes(view))
    return view && { view, events: null }
  },
  tasks: async (_root, args, context, info) => {
    await context.reached(args.notBefore, ['tasks'])
    const page = await context.page(info, pageRequest(args, 50), (request) => context.services.readModels.tasks(filterOf(args.filter), request))
    return mapPage(page, (view) => ({ view, events: null }))
  },
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
  events: async (_root, args, context, info) => {
    await context.reached(args.notBefore, ['event-log'])
    return context.page(info, pageRequest(args, 100), (request) => context.services.readModels.events(filterOf(args.filter), args.order, request))
  },
  platform: async (_root, args, context) => {
    await context.reached(args.notBefore, readModelNames)
    return platformParent(context.services)
  },
} satisfies QueryResolvers

export function agentParent(agent: AgentListing): AgentParent {
  return { view: agent, lastSeenAt: agent.lastSeenAt }
}
