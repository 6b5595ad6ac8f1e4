import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'

/** Reads a stream page by page. */
export type StreamPages = Pick<ReadModels, 'streamEvents'>

const pageSize = 100
/** A stream may be long and its events large, so it is read in pieces, never as a whole. */
const pieceBytes = 1024 * 1024

/** Yields the events of a stream in order, as far as they are known there. Throws EVENT_UNREADABLE. */
export async function* streamEvents(streams: StreamPages, stream: string): AsyncGenerator<RecordedEvent, void> {
  for (let after: string | null = null; ; ) {
    const { edges, unreadable, hasNextPage, endCursor } = await streams.streamEvents(stream, { first: pageSize, after, maxBytes: pieceBytes })
    const [damaged] = unreadable
    if (damaged) throw damaged
    for (const { node } of edges) yield node
    if (!hasNextPage || endCursor === null) return
    after = endCursor
  }
}

/**
 * Yields the events of a stream up to an instant, ms since the epoch. `recordedAt` never decreases within a stream, so those up to then
 * come first. Throws EVENT_UNREADABLE.
 */
export async function* streamEventsAsOf(streams: StreamPages, stream: string, asOf: number): AsyncGenerator<RecordedEvent, void> {
  for await (const event of streamEvents(streams, stream)) {
    if (event.recordedAt > asOf) return
    yield event
  }
}

/** Merges the events of several streams into the order of the log. */
export async function* inLogOrder(streams: readonly AsyncGenerator<RecordedEvent, void>[]): AsyncGenerator<RecordedEvent, void> {
  const next = async (events: AsyncGenerator<RecordedEvent, void>) => ({ events, result: await events.next() })
  const waiting = await Promise.all(streams.map(next))
  while (true) {
    let [earliest, at]: [RecordedEvent | null, number] = [null, 0]
    for (const [index, { result }] of waiting.entries()) {
      if (!result.done && (earliest === null || result.value.position < earliest.position)) [earliest, at] = [result.value, index]
    }
    const source = waiting[at]
    if (earliest === null || !source) return
    yield earliest
    waiting[at] = await next(source.events)
  }
}
