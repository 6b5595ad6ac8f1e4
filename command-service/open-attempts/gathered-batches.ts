import type { EventBatch, EventStore, RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { bytesOf } from '@elves/core/eventing/stored-event.ts'

/** Somebody who cannot wait: while there is one, batches are passed on at once. */
export interface Hurry {
  readonly isHurried: boolean
  /** Calls once when somebody comes to be in a hurry; what it answers takes the wish back. */
  whenHurried(call: () => void): () => void
  /** Begins a hurry; call what it answers at its end. */
  begin(): () => void
}

export function hurry(): Hurry {
  let count = 0
  const calls = new Set<() => void>()
  return {
    get isHurried() {
      return count > 0
    },
    whenHurried(call) {
      calls.add(call)
      return () => calls.delete(call)
    },
    begin() {
      count += 1
      for (const call of calls) call()
      return () => {
        count -= 1
      }
    },
  }
}

/** Results are part of the events: so much of them is passed on, however few events that is. */
const gatheredBytes = 8 * 1024 * 1024

export interface GatherOptions {
  readonly forMs: number
  readonly maxEvents: number
  readonly hurry: Hurry
  /** What is dropped at once: the gathered events stay in memory for a moment. */
  readonly isWanted: (event: RecordedEvent) => boolean
}

/** The same store, whose subscriptions merge live batches for a moment. */
export function gatheringStore(store: EventStore, options: GatherOptions): EventStore {
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
        yield* gatheredBatches(store.subscribe({ ...subscribe, signal }), options, signal)
      } finally {
        leaving.abort()
      }
    },
  }
}

/**
 * Merges batches for a moment: most tasks begin and end within it, and then cost the table of open attempts nothing.
 * Where nothing is wanted there is nothing to wait for.
 */
async function* gatheredBatches(batches: AsyncIterable<EventBatch>, options: GatherOptions, signal: AbortSignal): AsyncGenerator<EventBatch> {
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
      bytes < gatheredBytes &&
      !options.hurry.isHurried &&
      !signal.aborted
    ) {
      const more = await nextWithin(next, until - performance.now(), options.hurry, signal)
      if (!more || more.done) break
      last = more.value
      bytes += take(last.events, isWanted, events)
      next = handled(iterator.next())
    }
    yield { ...last, events }
  }
}

/** Adds those that are wanted; gives their bytes. */
function take(from: readonly RecordedEvent[], isWanted: GatherOptions['isWanted'], to: RecordedEvent[]): number {
  const wanted = from.filter(isWanted)
  for (const event of wanted) to.push(event)
  return wanted.reduce((sum, event) => sum + bytesOf(event).data.length, 0)
}

/** The next batch, or null where the time is over first, or somebody is in a hurry. */
async function nextWithin<T>(next: Promise<T>, ms: number, hurry: Hurry, signal: AbortSignal): Promise<T | null> {
  if (ms <= 0) return null
  const { promise: over, resolve } = Promise.withResolvers<null>()
  const stop = () => resolve(null)
  const timer = setTimeout(stop, ms)
  signal.addEventListener('abort', stop, { once: true })
  const takeBack = hurry.whenHurried(stop)
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
