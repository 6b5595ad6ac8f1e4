import type { DomainEvent } from '@elves/core/domain/events.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { type StreamPages, streamEventsAsOf } from './stream-events.ts'

/** A stream, and the aggregate that it belongs to. */
export interface StreamOf {
  readonly aggregate: { isEvent(recorded: RecordedEvent): boolean }
  readonly stream: string
}

/**
 * Folds a stream up to an instant, ms since the epoch; null where nothing of it had happened yet. `evolve` gets the events of the
 * aggregate. Throws EVENT_UNREADABLE.
 */
export async function viewAsOf<View, Event extends DomainEvent>(
  pages: StreamPages,
  { aggregate, stream }: StreamOf,
  asOf: number,
  evolve: (view: View | null, recorded: RecordedEvent<Event>) => View | null,
): Promise<View | null> {
  let view: View | null = null
  for await (const event of streamEventsAsOf(pages, stream, asOf)) {
    if (aggregate.isEvent(event)) view = evolve(view, event as RecordedEvent<Event>)
  }
  return view
}
