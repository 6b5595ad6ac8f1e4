import { pause } from '../foundation/waiting.ts'
import { bytesOf } from './encoded-event.ts'
import type { EventFeed } from './event-feed.ts'
import { defaultBatchSize, type EventBatch, type EventStore, type RecordedEvent, type Subscribe } from './event-store.ts'
import { HandedEvents, type HandedRun } from './handed-events.ts'
import { pageBytes } from './page-bytes.ts'
import { formatPosition, type Position, parsePosition } from './position.ts'
import { readableAfter } from './unreadable-event.ts'

/** Fallback for lost news: so often the log is read without any. */
const defaultPollMs = 1_000

export interface FeedByReads extends EventFeed {
  /** Tells that there may be new events; `run`: these, so that they need not be read. */
  news(run?: HandedRun): void
  /** Ends the subscriptions; the store stays open. */
  close(): void
}

/**
 * Follows a log only when it is told to: for a reader that does not want each event at once. Between two reads it costs
 * nothing, and keeps nothing in memory; what came meanwhile is one read, each event decoded once.
 */
export function feedByReads(store: Pick<EventStore, 'readAll' | 'head'>, { pollMs = defaultPollMs } = {}): FeedByReads {
  const closing = new AbortController()
  const handed = new HandedEvents()
  let told = 0
  let wake = new AbortController()

  async function untilTold(since: number, signal: AbortSignal): Promise<void> {
    if (told === since) await pause(pollMs, AbortSignal.any([signal, wake.signal]))
  }

  async function page(from: Position | null, limit: number): Promise<readonly RecordedEvent[]> {
    return (from === null ? null : handed.after(from, limit)) ?? readUpToUnreadable(store, from, limit)
  }

  async function* subscribe({ after, batchSize = defaultBatchSize, signal: asked }: Subscribe): AsyncGenerator<EventBatch> {
    const signal = AbortSignal.any([asked, closing.signal])
    if (signal.aborted) return
    const end = await store.head()
    let position = after ?? formatPosition(parsePosition(end).logId, 0)
    let from = after
    let wasCaughtUp = false
    let ahead: Promise<readonly RecordedEvent[]> | null = null
    while (!signal.aborted) {
      const since = told
      const events: readonly RecordedEvent[] = await (ahead ?? page(from, batchSize))
      ahead = null
      if (signal.aborted) return
      const isFull = events.length === batchSize || isLarge(events)
      position = events.at(-1)?.position ?? position
      from = events.length > 0 ? position : from
      const isCaughtUp = position >= end && !isFull
      if (isFull) {
        ahead = page(from, batchSize)
        // The next pull gets the failure.
        ahead.catch(() => undefined)
      }
      if (events.length > 0 || (isCaughtUp && !wasCaughtUp)) yield { events, position, isCaughtUp }
      wasCaughtUp = isCaughtUp
      if (isCaughtUp) await untilTold(since, signal)
    }
  }

  return {
    subscribe,
    head: () => store.head(),
    news(run) {
      if (run) handed.push(run)
      told += 1
      wake.abort()
      wake = new AbortController()
    },
    close: () => closing.abort(),
  }
}

/** A page may end before the limit because of its bytes; half of that is surely no such page. */
function isLarge(events: readonly RecordedEvent[]): boolean {
  let bytes = 0
  for (const event of events) bytes += bytesOf(event).data.length
  return bytes > pageBytes / 2
}

/** Reads the events before one that can not be read; throws EVENT_UNREADABLE if that is the first. */
async function readUpToUnreadable(store: Pick<EventStore, 'readAll'>, from: Position | null, limit: number): Promise<readonly RecordedEvent[]> {
  const { events, unreadable } = await readableAfter(store, from, limit)
  if (unreadable) throw unreadable.unreadable
  return events
}
