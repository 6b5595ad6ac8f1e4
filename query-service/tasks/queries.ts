import { isVisibleTask } from '../access/visible-read-models.ts'
import type { QueryResolvers } from '../generated/graphql.ts'
import { filterOf } from '../graphql/arguments.ts'
import { taskAsOf } from './past-task.ts'
import { taskBytes } from './sizes.ts'
import { tasksPage } from './tasks-page.ts'

export const taskQueries = {
  task: async (_root, args, context) => {
    const { readModels } = context.services
    const { asOf } = args
    await context.reached(args.notBefore, asOf === null || asOf === undefined ? ['tasks'] : ['event-log'])
    const view = await (asOf === null || asOf === undefined ? readModels.task(args.id) : taskAsOf(readModels, args.id, asOf))
    if (view && !(await isVisibleTask(readModels, context.visible, view))) return null
    if (view) context.take(taskBytes(view))
    return view && { view, events: null }
  },
  tasks: async (_root, args, context, info) => {
    await context.reached(args.notBefore, ['tasks'])
    return tasksPage(context, info, args, filterOf(args.filter))
  },
} satisfies QueryResolvers
