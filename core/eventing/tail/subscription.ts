import { pause } from '../../foundation/waiting.ts'
import { defaultBatchSize, type EventBatch, type Subscribe } from '../event-store.ts'
import type { Position } from '../position.ts'
import type { LogPage, RecentEvents } from './recent-events.ts'

const rereadMs = 50

export interface SubscriptionOptions extends Subscribe {
  /** Position to continue from. */
  readonly cursor: Position
  /** The end of the log when the subscription began. */
  readonly end: Position
  readonly recent: RecentEvents
  /** Returns events after a position from the store; throws EVENT_UNREADABLE if the first one can not be read. */
  readPage(after: Position, limit: number): Promise<LogPage>
}

/** Yields pages from the store until memory has the next events, then from memory; from the store again if it lags. */
export async function* subscription(options: SubscriptionOptions): AsyncGenerator<EventBatch> {
  const { signal, recent, end, batchSize = defaultBatchSize, readPage } = options
  let cursor = options.cursor
  let wasCaughtUp = false
  let ahead: Promise<LogPage> | undefined
  while (!signal.aborted) {
    const isCaughtUp = cursor >= recent.head && cursor >= end
    if (isCaughtUp && !wasCaughtUp) yield { events: [], position: cursor, isCaughtUp }
    wasCaughtUp = isCaughtUp
    if (isCaughtUp) {
      await recent.advanced(cursor, signal)
      continue
    }
    const page: LogPage = (await ahead) ?? recent.after(cursor, batchSize) ?? (await readPage(cursor, batchSize))
    ahead = undefined
    if (page.events.length === 0) {
      // The event is known to exist, but this reader does not see it yet: it may read a replica that is behind.
      await pause(rereadMs, signal)
      continue
    }
    if (signal.aborted) return
    cursor = page.upTo
    if (page.events.length === batchSize && !recent.after(cursor, 1)) {
      ahead = readPage(cursor, batchSize)
      // The next pull gets the failure.
      ahead.catch(() => undefined)
    }
    wasCaughtUp = cursor >= recent.head && cursor >= end
    yield { events: page.events, position: cursor, isCaughtUp: wasCaughtUp }
  }
}
