import type { EventFeed } from '@elves/core/eventing/event-feed.ts'
import type { EventStore } from '@elves/core/eventing/event-store.ts'
import type { Position } from '@elves/core/eventing/position.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { LogEntry } from '@elves/core/read-models/event-log/queries.ts'
import { cursorOf, placeOf } from '@elves/core/read-models/paging/cursor.ts'
import type { PageRequest } from '@elves/core/read-models/paging/page.ts'
import type { StreamPages } from '../read-side/stream-events.ts'

/**
 * The log as subscriptions follow it: its end as soon as this process can know it. `streamEvents` knows at least every event
 * that `subscribe` has yielded.
 */
export interface FollowedLog extends EventFeed, StreamPages {
  close(): Promise<void>
}

/** Follows the log by a store of this process, which reads new events once for everybody. `close` leaves the store open. */
export function logOfStore(store: EventStore): FollowedLog {
  return {
    subscribe: (options) => store.subscribe(options),
    head: () => store.head(),
    async streamEvents(stream: string, { first, after }: PageRequest) {
      const from = after === null ? 0 : placeOf('stream', after) + 1
      const events = await store.readStream(stream, { from, limit: first })
      const edges = events.map((node) => ({ cursor: cursorOf('stream', node.version), node }))
      return { edges, endCursor: edges.at(-1)?.cursor ?? null, hasNextPage: events.length === first, unreadable: [], bytes: 0 }
    },
    close: async () => undefined,
  }
}

/** Yields what comes after a position, in order. An event that can't be read is an entry of its own, and later ones follow. */
export async function* entriesAfter(
  feed: Pick<EventFeed, 'subscribe'>,
  after: Position,
  options: { readonly batchSize?: number; readonly signal: AbortSignal },
): AsyncGenerator<readonly LogEntry[], void> {
  let at = after
  while (!options.signal.aborted) {
    try {
      for await (const { events, position } of feed.subscribe({ ...options, after: at })) {
        at = position
        if (events.length > 0) yield events
      }
      return
    } catch (error) {
      const entry = unreadableEntry(error)
      if (entry === null || entry.position <= at) throw error
      at = entry.position
      yield [entry]
    }
  }
}

function unreadableEntry(error: unknown): LogEntry | null {
  if (!(error instanceof ElvesError) || error.code !== 'EVENT_UNREADABLE') return null
  const { stream, version, position } = error.facts
  if (typeof stream !== 'string' || typeof version !== 'number' || typeof position !== 'string') return null
  return { stream, version, position, unreadable: error }
}
