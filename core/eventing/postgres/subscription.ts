import type { EventBatch, Subscribe } from '../event-store.ts'
import { formatPosition } from '../position.ts'
import type { DecodedRows } from './event-rows.ts'
import { sequenceOf, type Tail } from './tail.ts'

export const defaultBatchSize = 1000

export interface SubscriptionOptions extends Subscribe {
  readonly logId: string
  /** Sequence to go on from. */
  readonly cursor: number
  /** The end of the log when the subscription began. */
  readonly end: number
  readonly tail: Tail
  readPage(after: number, limit: number): Promise<DecodedRows>
}

interface Page {
  readonly events: EventBatch['events']
  readonly upTo: number
}

/** Pages from the database until the tail's ring has what comes next, then from there; back to the database when it lags. */
export async function* subscription(options: SubscriptionOptions): AsyncGenerator<EventBatch> {
  const { signal, tail, end, logId, batchSize = defaultBatchSize } = options
  let cursor = options.cursor
  let wasCaughtUp = false
  let ahead: Promise<Page> | undefined
  while (!signal.aborted) {
    const isCaughtUp = cursor >= tail.head && cursor >= end
    if (isCaughtUp && !wasCaughtUp) yield { events: [], position: formatPosition(logId, cursor), isCaughtUp }
    wasCaughtUp = isCaughtUp
    if (isCaughtUp) {
      await tail.advanced(cursor, signal)
      continue
    }
    const page: Page = (await ahead) ?? tail.after(cursor, batchSize) ?? (await readPage(options, cursor, batchSize))
    ahead = undefined
    if (page.events.length === 0) {
      // Known to be there, but not to this reader yet: only while the tail is being restarted.
      await tail.advanced(cursor, signal)
      continue
    }
    if (signal.aborted) return
    cursor = page.upTo
    if (page.events.length === batchSize && !tail.after(cursor, 1)) {
      ahead = readPage(options, cursor, batchSize)
      // Whoever pulls next hears of the failure.
      ahead.catch(() => undefined)
    }
    wasCaughtUp = cursor >= tail.head && cursor >= end
    yield { events: page.events, position: formatPosition(logId, cursor), isCaughtUp: wasCaughtUp }
  }
}

async function readPage(options: SubscriptionOptions, cursor: number, limit: number): Promise<Page> {
  const { events, unreadable } = await options.readPage(cursor, limit)
  const last = events.at(-1)
  // What is before the unreadable event is delivered first; the next pull comes to it again.
  if (unreadable && !last) throw unreadable
  return { events, upTo: last ? sequenceOf(last) : cursor }
}
