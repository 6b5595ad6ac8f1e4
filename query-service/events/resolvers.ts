import { refusedRequestAggregate } from '@elves/core/domain/refused-request/refused-request.ts'
import { type PersonalEvent, withPersonal } from '@elves/core/domain/user/personal.ts'
import { userAggregate } from '@elves/core/domain/user/user.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { ActorResolvers, EventResolvers } from '../generated/graphql.ts'

/** Returns an event with the user of whom its sealed texts are; null: it has none. */
function personalOf(recorded: RecordedEvent): { readonly userId: string; readonly event: PersonalEvent } | null {
  if (userAggregate.isEvent(recorded)) return { userId: userAggregate.idOf(recorded.stream) ?? '', event: recorded.event }
  if (!refusedRequestAggregate.isEvent(recorded)) return null
  const { event } = recorded
  return event.data.userId === null ? null : { userId: event.data.userId, event }
}

export const eventResolvers = {
  type: ({ event }) => event.type,
  data: async (recorded, _args, { services }) => {
    const personal = personalOf(recorded)
    if (!personal) return recorded.event.data
    const { userId, event } = personal
    const { open } = await services.names.of([userId])
    return withPersonal(event, (text) => open(userId, text))
  },
  actor: ({ context }) => context.actor,
  correlationId: ({ context }) => context.correlationId,
  causationId: ({ context }) => context.causationId,
} satisfies EventResolvers

export const actorResolvers = {
  name: (actor, _args, { services }) => services.names.nameOfActor(actor),
} satisfies ActorResolvers
