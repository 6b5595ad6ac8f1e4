import { refusedRequestAggregate } from '@elves/core/domain/refused-request/refused-request.ts'
import { withPersonal } from '@elves/core/domain/user/personal.ts'
import { userAggregate } from '@elves/core/domain/user/user.ts'
import type { ActorResolvers, EventResolvers } from '../generated/graphql.ts'

export const eventResolvers = {
  type: ({ event }) => event.type,
  data: async (recorded, _args, { services }) => {
    if (refusedRequestAggregate.isEvent(recorded)) {
      const { data } = recorded.event
      if (data.userId === null) return data
      const { open } = await services.names.of([data.userId])
      return { ...data, remoteAddress: open(data.userId, data.remoteAddress) }
    }
    if (!userAggregate.isEvent(recorded)) return recorded.event.data
    const id = userAggregate.idOf(recorded.stream) ?? ''
    const { open } = await services.names.of([id])
    return withPersonal(recorded.event, (text) => open(id, text))
  },
  actor: ({ context }) => context.actor,
  correlationId: ({ context }) => context.correlationId,
  causationId: ({ context }) => context.causationId,
} satisfies EventResolvers

export const actorResolvers = {
  name: (actor, _args, { services }) => services.names.nameOfActor(actor),
} satisfies ActorResolvers
