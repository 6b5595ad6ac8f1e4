import { subjectOf } from '@elves/core/domain/event-subject.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { isFoundByText } from '@elves/core/read-models/event-log/has-text.ts'
import type { EventFilter } from '@elves/core/read-models/event-log/queries.ts'
import { anyOf } from '../subscriptions/any-of.ts'
import type { Change } from '../subscriptions/change.ts'

/** Matches the events that `readEvents` finds by SQL, except that an ip means the agent that had it at the time of the event. */
export function eventMatches(filter: EventFilter): (change: Pick<Change, 'transitions'>, recorded: RecordedEvent) => boolean {
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY, correlationId, text } = filter
  const streams = anyOf(filter.streams)
  const types = anyOf(filter.types)
  const actors = anyOf(filter.actors)
  const agents = anyOf(filter.agents)
  const apps = anyOf(filter.apps)
  return (change, recorded) => {
    const { agentId, app } = subjectOf(recorded.event)
    return (
      streams(recorded.stream) &&
      types(recorded.event.type) &&
      actors(recorded.context.actor.id) &&
      (filter.agents === undefined || (agentId !== null && agents(agentId)) || ipsOf(change).some(agents)) &&
      (filter.apps === undefined || (app !== null && apps(app))) &&
      (correlationId === undefined || recorded.context.correlationId === correlationId) &&
      (text === undefined || isFoundByText(recorded, text)) &&
      recorded.recordedAt >= from &&
      recorded.recordedAt < to
    )
  }
}

function ipsOf({ transitions }: Pick<Change, 'transitions'>): string[] {
  return [...transitions].flatMap(([kind, changed]) => changed.flatMap((transition) => kind.ipsOf(transition)))
}
