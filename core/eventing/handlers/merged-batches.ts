import { setImmediate as immediate } from 'node:timers/promises'
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

/**
 * While batches gather, the source is asked for the next one at most so often. To be woken by each append, only to wait on, cost the
 * main thread of standalone a twentieth of its time with one task after the other.
 */
const restMs = 25

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
  const { forMs, maxEvents, isWanted, urgency } = options
  const iterator = batches[Symbol.asyncIterator]()
  const asked = () => handled(iterator.next())
  for (let next = asked(); ; ) {
    const first = await next
    if (first.done) return
    let last = first.value
    const events: RecordedEvent[] = []
    let bytes = take(last.events, isWanted, events)
    const until = performance.now() + forMs
    const isOver = () => urgency.isUrgent || signal.aborted || performance.now() >= until
    let isAsked = false
    while ((events.length > 0 || !last.isCaughtUp) && events.length < maxEvents && bytes < mergedBytesMost && !isOver()) {
      // While it rests, the source is not asked, so that what comes then is one batch.
      if (last.isCaughtUp) await alarmed(Math.min(restMs, until - performance.now()), urgency, signal)
      next = asked()
      isAsked = true
      // Where the source fails, what came before that is passed on first; the next round gets the failure.
      const came = next.catch(() => null)
      const more = await Promise.race([came, isOver() ? immediate(null) : alarmed(until - performance.now(), urgency, signal, next)])
      if (!more || more.done) break
      last = more.value
      bytes += take(last.events, isWanted, events)
      isAsked = false
    }
    if (!isAsked) next = asked()
    yield { ...last, events }
  }
}

/** Adds the wanted events; returns their bytes. */
function take(from: readonly RecordedEvent[], isWanted: MergeOptions['isWanted'], to: RecordedEvent[]): number {
  const wanted = from.filter(isWanted)
  for (const event of wanted) to.push(event)
  return wanted.reduce((sum, event) => sum + bytesOf(event).data.length, 0)
}

/** Resolves after the time, or when it becomes urgent, the signal aborts, or the promise that is given is settled. */
async function alarmed(ms: number, urgency: Hurry, signal: AbortSignal, orWhen?: Promise<unknown>): Promise<null> {
  const { promise, resolve } = Promise.withResolvers<null>()
  const ring = () => resolve(null)
  const timer = setTimeout(ring, ms)
  signal.addEventListener('abort', ring, { once: true })
  const takeBack = urgency.whenUrgent(ring)
  orWhen?.then(ring, ring)
  await promise
  clearTimeout(timer)
  takeBack()
  signal.removeEventListener('abort', ring)
  return null
}

/** Marks a promise as handled: it is awaited in the next round, and may reject before that. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  return promise
}
