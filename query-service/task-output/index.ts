import type { EdgeFeature } from '../feature.ts'
import { taskOutputAdded } from './output-added.ts'
import { outputOf } from './output-of.ts'

export const taskOutputFeature = {
  readModels: [],
  resolvers: {
    Query: { taskOutput: (_root, args, context) => outputOf(context, args) },
    Subscription: { taskOutputAdded },
    Output: { isCut: ({ cut }) => cut !== null },
  },
} satisfies EdgeFeature
