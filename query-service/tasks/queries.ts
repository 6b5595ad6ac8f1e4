import type { QueryResolvers } from '../generated/graphql.ts'
import { filterOf, pageRequest } from '../graphql/arguments.ts'
import { mapPage } from '../graphql/connections.ts'
import { taskAsOf } from './past-task.ts'
import { taskBytes } from './sizes.ts'

export const taskQueries = {
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
} satisfies QueryResolvers
