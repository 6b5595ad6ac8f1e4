import type { EventFilter } from '@elves/core/read-models/event-log/queries.ts'
import { type Select, Untellable } from '../subscriptions/change.ts'
import { eventMatches } from './filter.ts'
import type { EventParent } from './parents.ts'

/** The events that a filter looks for. One that can't be read may be one of the filter's, unless it is of another stream. */
export function selectEvents(filter: EventFilter): Select<EventParent> {
  const matches = eventMatches(filter)
  return (change) => {
    if (change.recorded) return matches(change, change.recorded) ? [change.recorded] : []
    return change.unreadable && (filter.streams?.includes(change.stream) ?? true) ? [new Untellable(change.unreadable)] : []
  }
}
