import type { QueryResolvers } from '../generated/graphql.ts'
import { filterOf, pageRequest } from '../graphql/arguments.ts'

export const eventQueries = {
  events: async (_root, args, context, info) => {
    await context.reached(args.notBefore, ['event-log'])
    return context.page(info, pageRequest(args, 100), (request) => context.services.readModels.events(filterOf(args.filter), args.order, request))
  },
} satisfies QueryResolvers
