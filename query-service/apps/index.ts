import { selectableOf } from '@elves/core/read-models/agents/agent-view.ts'
import { appAgentsReadModel } from '@elves/core/read-models/app-agents/index.ts'
import { appsReadModel } from '@elves/core/read-models/apps/index.ts'
import { mayKnowApp, maySeeApp } from '@elves/core/read-models/visible.ts'
import type { EdgeFeature } from '../feature.ts'
import { filterOf } from '../graphql/arguments.ts'
import { changed } from '../graphql/changed.ts'
import { connectionResolvers } from '../graphql/connections.ts'
import { listAsOf, withAsOf } from '../graphql/list-as-of.ts'
import { appChanges, appMatches, rolloutChanges, rolloutMatches } from './changes.ts'
import { appMutations, commandsOfApps } from './mutations.ts'
import { appAsOf, appsOfAgentAsOf, pastApps, pastRollouts, rolloutAsOf } from './past-app.ts'
import { appOnAgentResolvers, appResolvers, appVersionResolvers, rolloutResolvers } from './resolvers.ts'

export const appsFeature = {
  readModels: [appsReadModel, appAgentsReadModel],
  commands: commandsOfApps,
  changes: [appChanges, rolloutChanges],
  resolvers: {
    Query: {
      app: async (_root, { name, asOf, notBefore }, context) => {
        const { readModels } = context.services
        const isPast = typeof asOf === 'number'
        await context.reached(notBefore, [isPast ? 'event-log' : 'apps'])
        const found = await (isPast ? appAsOf(readModels, name, asOf) : readModels.of(appsReadModel).byName(name))
        if (!mayKnowApp(context.visible, name)) return null
        if (found) context.takeValue(found)
        return found && isPast ? { ...found, asOf } : found
      },
      apps: async (_root, args, context, info) => {
        await context.reached(args.notBefore, ['apps'])
        const { readModels } = context.services
        const filter = filterOf(args.filter)
        const page = await listAsOf(context, info, args, {
          name: 'apps',
          now: (request) => readModels.of(appsReadModel).list(filter, request),
          past: (moment) => pastApps(readModels, filter, moment),
        })
        return withAsOf(page, args.asOf)
      },
      rollout: async (_root, { id, asOf, notBefore }, context) => {
        const { readModels } = context.services
        const isPast = typeof asOf === 'number'
        await context.reached(notBefore, [isPast ? 'event-log' : 'apps'])
        const found = await (isPast ? rolloutAsOf(readModels, id, asOf) : readModels.of(appsReadModel).rollout(id))
        if (!mayKnowApp(context.visible, id.split(':')[0] ?? '')) return null
        if (found) context.takeValue(found)
        return found && isPast ? { ...found, asOf } : found
      },
      rollouts: async (_root, args, context, info) => {
        await context.reached(args.notBefore, ['apps'])
        const { readModels } = context.services
        const filter = filterOf(args.filter)
        const page = await listAsOf(context, info, args, {
          name: 'apps',
          now: (request) => readModels.of(appsReadModel).rollouts(filter, request),
          past: (moment) => pastRollouts(readModels, filter, moment),
        })
        return withAsOf(page, args.asOf)
      },
    },
    Mutation: appMutations,
    Subscription: {
      appChanged: changed(appChanges, appMatches, (app, position) => ({ app, position })),
      rolloutChanged: changed(rolloutChanges, rolloutMatches, (rollout, position) => ({ rollout, position })),
    },
    Agent: {
      installedApps: async ({ view, asOf }, _args, context) => {
        const { readModels } = context.services
        await context.settled([asOf === undefined ? 'app-agents' : 'event-log'])
        const found = await (asOf === undefined ? readModels.of(appAgentsReadModel).ofAgent(view.id) : appsOfAgentAsOf(readModels, view.id, asOf))
        const { visible } = context
        const seen = found.filter(({ app }) => maySeeApp(visible, app, selectableOf(view)))
        context.takeValue(seen)
        return seen
      },
    },
    App: appResolvers,
    AppVersion: appVersionResolvers,
    AppOnAgent: appOnAgentResolvers,
    Rollout: rolloutResolvers,
    AppConnection: connectionResolvers,
    AppVersionConnection: connectionResolvers,
    AppOnAgentConnection: connectionResolvers,
    RolloutConnection: connectionResolvers,
  },
} satisfies EdgeFeature
