import { type Position, parsePosition } from '@elves/core/eventing/position.ts'
import { release } from '@elves/core/foundation/release.ts'
import { agentsReadModel } from '@elves/core/read-models/agents/index.ts'
import { eventLogReadModel } from '@elves/core/read-models/event-log/index.ts'
import type { ProjectorStatus } from '@elves/core/read-models/read-models.ts'
import { readModelNames } from '@elves/core/read-models/registry.ts'
import { stateCounts } from '@elves/core/read-models/state-counts.ts'
import { tasksReadModel } from '@elves/core/read-models/tasks/index.ts'
import type { PlatformResolvers, QueryResolvers } from '../generated/graphql.ts'
import { filterOf, pageRequest } from '../graphql/arguments.ts'
import type { GraphqlServices } from '../graphql/context.ts'
import type { PlatformParent } from './parents.ts'

export const platformQueries = {
  platform: async (_root, args, context) => {
    await context.reached(args.notBefore, readModelNames)
    return platformParent(context.services)
  },
  projectors: async (_root, _args, { services }) => {
    const [projectors, head] = await Promise.all([services.readModels.projectors(), services.commands.head()])
    return withLag(projectors, head)
  },
  deadLetters: (_root, args, context, info) => {
    const { deadLetters } = context.services.readModels.of(eventLogReadModel)
    return context.page(info, pageRequest(args, 50), (request) => deadLetters(filterOf(args.filter), request))
  },
  rebuilds: (_root, args, context, info) => {
    const { rebuilds } = context.services.readModels.of(eventLogReadModel)
    return context.page(info, pageRequest(args, 50), (request) => rebuilds(request))
  },
} satisfies QueryResolvers

/** Only the head of the log comes from the write side, so that the other fields are answered without it. */
async function platformParent({ readModels, commands }: GraphqlServices): Promise<PlatformParent> {
  const [projectors, readPosition] = await Promise.all([readModels.projectors(), readModels.position()])
  let head: Promise<Position> | undefined
  const headPosition = () => {
    head ??= commands.head()
    return head
  }
  return { headPosition, readPosition, projectors }
}

export const platformResolvers = {
  version: () => release,
  headPosition: ({ headPosition }) => headPosition(),
  projectors: async ({ projectors, headPosition }) => withLag(projectors, await headPosition()),
  counters: async (_platform, _args, { services }) => {
    const counters = await services.readModels.counters()
    return {
      tasksByState: stateCounts(counters, tasksReadModel),
      agentsByState: stateCounts(counters, agentsReadModel),
      events: counters.get('events') ?? 0,
    }
  },
} satisfies PlatformResolvers

function withLag(projectors: readonly ProjectorStatus[], head: Position) {
  return projectors.map((projector) => ({ ...projector, lag: lag(projector.position, head) }))
}

function lag(position: Position, head: Position): number {
  return Math.max(0, parsePosition(head).sequence - parsePosition(position).sequence)
}
