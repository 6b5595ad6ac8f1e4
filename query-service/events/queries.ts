import type { QueryResolvers } from '../generated/graphql.ts'
import { filterOf, pageRequest } from '../graphql/arguments.ts'
import { causedTree } from './correlation.ts'

export const eventQueries = {
  events: async (_root, args, context, info) => {
    await context.reached(args.notBefore, ['event-log'])
    return context.page(info, pageRequest(args, 100), (request) =>
      context.services.readModels.events({ ...filterOf(args.filter), ...context.audited }, args.order, request),
    )
  },
  correlation: async (_root, args, context, info) => {
    await context.reached(args.notBefore, ['event-log'])
    const { events } = context.services.readModels
    const page = await context.page(info, pageRequest({ first: args.first }, 500), (request) =>
      events({ correlationId: args.id, ...context.audited }, 'OLDEST_FIRST', request),
    )
    const found = page.edges.map(({ node }) => node)
    const [first, last] = [found[0], found.at(-1)]
    if (!first || !last) return null
    return { id: args.id, startedAt: first.recordedAt, endedAt: last.recordedAt, events: causedTree(found), hasMore: page.hasNextPage }
  },
} satisfies QueryResolvers
