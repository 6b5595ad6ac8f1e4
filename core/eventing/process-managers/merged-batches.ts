import type { EventBatch, EventStore, RecordedEvent } from '../event-store.ts'
import { bytesOf } from '../stored-event.ts'

/** Whether somebody can not wait: while there is one, batches are passed on at once. */
export class Urgency {
  readonly #listeners = new Set<() => void>()
  #count = 0

  get isUrgent(): boolean {
    return this.#count > 0
  }

  /** Calls when it becomes urgent; the function that it returns takes the wish back. */
  whenUrgent(call: () => void): () => void {
    this.#listeners.add(call)
    return () => this.#listeners.delete(call)
  }

  /** Somebody can not wait any more; call the function that it returns when that is over. */
  begin(): () => void {
    this.#count += 1
    for (const call of this.#listeners) call()
    return () => {
      this.#count -= 1
    }
  }
}

/** Results are part of the events: so much of them is passed on, however few events that is. */
const mergedBytesMost = 8 * 1024 * 1024

export interface MergeOptions {
  readonly forMs: number
  readonly maxEvents: number
  readonly urgency: Urgency
  /** Events that are not wanted are dropped at once: the others stay in memory for a moment. */
  readonly isWanted: (event: RecordedEvent) => boolean
}

/** The same store, whose subscriptions merge live batches for a moment. */
export function mergingStore(store: EventStore, options: MergeOptions): EventStore {
  return {
    append: (appends) => store.append(appends),
    readStream: (stream, range) => store.readStream(stream, range),
    readStreams: (streams) => store.readStreams(streams),
    readAll: (range) => store.readAll(range),
    head: () => store.head(),
    close: () => store.close(),
    async *subscribe(subscribe) {
      // A signal of its own: a consumer that breaks off would wait for the next event otherwise.
      const leaving = new AbortController()
      const signal = AbortSignal.any([subscribe.signal, leaving.signal])
      try {
        yield* mergedBatches(store.subscribe({ ...subscribe, signal }), options, signal)
      } finally {
        leaving.abort()
      }
    },
  }
}

/**
 * Merges batches for a moment: most of what a table is about begins and ends within it, and then costs the table nothing.
 * Where nothing is wanted there is nothing to wait for.
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

/** Adds those that are wanted; returns their bytes. */
function take(from: readonly RecordedEvent[], isWanted: MergeOptions['isWanted'], to: RecordedEvent[]): number {
  const wanted = from.filter(isWanted)
  for (const event of wanted) to.push(event)
  return wanted.reduce((sum, event) => sum + bytesOf(event).data.length, 0)
}

/** The next batch, or null where the time is over first, or somebody can not wait. */
async function nextWithin<T>(next: Promise<T>, ms: number, urgency: Urgency, signal: AbortSignal): Promise<T | null> {
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

/** It is awaited in the next round; a rejection until then is not an unhandled one. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  return promise
}
