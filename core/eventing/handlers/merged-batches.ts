import { bytesOf } from '../encoded-event.ts'
import type { EventFeed } from '../event-feed.ts'
import type { EventBatch, RecordedEvent } from '../event-store.ts'

/** Tells whether somebody waits: while that is so, batches are passed on at once. */
export interface Hurry {
  readonly isUrgent: boolean
  /** Calls `call` when it becomes urgent; the returned function removes it. */
  whenUrgent(call: () => void): () => void
}

/** It is urgent while a caller waits. */
export class Urgency implements Hurry {
  readonly #listeners = new Set<() => void>()
  #count = 0

  get isUrgent(): boolean {
    return this.#count > 0
  }

  whenUrgent(call: () => void): () => void {
    this.#listeners.add(call)
    return () => this.#listeners.delete(call)
  }

  /** Makes it urgent; call the returned function when that is over. */
  begin(): () => void {
    this.#count += 1
    for (const call of this.#listeners) call()
    return () => {
      this.#count -= 1
    }
  }
}

/** Batches end at these bytes, however few events that is: events may hold large results. */
const mergedBytesMost = 8 * 1024 * 1024

export interface MergeOptions {
  readonly forMs: number
  readonly maxEvents: number
  readonly urgency: Hurry
  /** Unwanted events are dropped at once, because merged events stay in memory for a moment. */
  readonly isWanted: (event: RecordedEvent) => boolean
}

/** Returns the same feed, whose subscriptions merge live batches for a moment. */
export function mergingFeed(feed: EventFeed, options: MergeOptions): EventFeed {
  return {
    head: () => feed.head(),
    async *subscribe(subscribe) {
      // A separate signal: without it, a consumer that breaks off would wait for the next event.
      const leaving = new AbortController()
      const signal = AbortSignal.any([subscribe.signal, leaving.signal])
      try {
        yield* mergedBatches(feed.subscribe({ ...subscribe, signal }), options, signal)
      } finally {
        leaving.abort()
      }
    },
  }
}

/**
 * Merges batches for a moment: most things that a table has rows about begin and end within it, and then cost the table
 * nothing. If no event is wanted, it does not wait.
 */
async function* mergedBatches(batches: AsyncIterable<EventBatch>, options: MergeOptions, signal: AbortSignal): AsyncGenerator<EventBatch> {
  const { forMs, maxEvents, isWanted } = options
  const iterator = batches[Symbol.asyncIterator]()
  let next = iterator.next()
  for (;;) {
    const first = await next
    if (first.done) return
    let last = first.value
    const events: RecordedEvent[] = []
    let bytes = take(last.events, isWanted, events)
    next = handled(iterator.next())
    const until = performance.now() + forMs
    while (
      (events.length > 0 || !last.isCaughtUp) &&
      events.length < maxEvents &&
      bytes < mergedBytesMost &&
      !options.urgency.isUrgent &&
      !signal.aborted
    ) {
      const more = await nextWithin(next, until - performance.now(), options.urgency, signal)
      if (!more || more.done) break
      last = more.value
      bytes += take(last.events, isWanted, events)
      next = handled(iterator.next())
    }
    yield { ...last, events }
  }
}

/** Adds the wanted events; returns their bytes. */
function take(from: readonly RecordedEvent[], isWanted: MergeOptions['isWanted'], to: RecordedEvent[]): number {
  const wanted = from.filter(isWanted)
  for (const event of wanted) to.push(event)
  return wanted.reduce((sum, event) => sum + bytesOf(event).data.length, 0)
}

/** Returns the next batch; null if the time is over first, or it becomes urgent. */
async function nextWithin<T>(next: Promise<T>, ms: number, urgency: Hurry, signal: AbortSignal): Promise<T | null> {
  if (ms <= 0) return null
  const { promise: over, resolve } = Promise.withResolvers<null>()
  const stop = () => resolve(null)
  const timer = setTimeout(stop, ms)
  signal.addEventListener('abort', stop, { once: true })
  const takeBack = urgency.whenUrgent(stop)
  try {
    return await Promise.race([next, over])
  } finally {
    clearTimeout(timer)
    takeBack()
    signal.removeEventListener('abort', stop)
  }
}

/** Marks a promise as handled: it is awaited in the next round, and may reject before that. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  return promise
}
