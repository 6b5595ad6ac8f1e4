import type { EdgeFeature } from '../feature.ts'

/** The tree over the log: heads and proofs. The export is a door of its own, export-door.ts. */
export const auditFeature = {
  readModels: [],
  resolvers: {
    Query: {
      log: (_root, _args, context) => context.services.audit.log(),
      proof: (_root, { event }, context) => context.services.audit.proof(event),
      consistency: (_root, { fromSize, toSize }, context) => context.services.audit.consistency(fromSize, toSize),
    },
  },
} satisfies EdgeFeature
