import type { EventFilter } from '@elves/core/read-models/event-log/queries.ts'
import { type Select, Untellable } from '../subscriptions/change.ts'
import { eventMatches } from './filter.ts'
import type { EventParent } from './parents.ts'

/** Selects the events that match a filter. An event that can't be read may match it, unless it is of another stream. */
export function selectEvents(filter: EventFilter): Select<EventParent> {
  const matches = eventMatches(filter)
  return (change) => {
    if (change.recorded) return matches(change, change.recorded) ? [change.recorded] : []
    return change.unreadable && (filter.streams?.includes(change.stream) ?? true) ? [new Untellable(change.unreadable)] : []
  }
}
