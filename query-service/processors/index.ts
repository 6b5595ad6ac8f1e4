import type { EdgeFeature } from '../feature.ts'

export const processorsFeature = {
  readModels: [],
  resolvers: {
    Task: { processing: ({ view }) => view.processing },
    Processing: {
      attempts: ({ calls }) => calls,
      lastError: ({ error }) => error,
    },
  },
} satisfies EdgeFeature
