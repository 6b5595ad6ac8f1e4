import type { EventResolvers } from '../generated/graphql.ts'

export const eventResolvers = {
  type: ({ event }) => event.type,
  data: ({ event }) => event.data,
  actor: ({ context }) => context.actor,
  correlationId: ({ context }) => context.correlationId,
  causationId: ({ context }) => context.causationId,
} satisfies EventResolvers
