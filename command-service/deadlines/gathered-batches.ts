import type { EventBatch } from '@elves/core/eventing/event-store.ts'

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

export interface GatherOptions {
  readonly forMs: number
  readonly maxEvents: number
  readonly hurry: Hurry
  readonly signal: AbortSignal
}

/**
 * Merges live batches for a moment: most tasks begin and end within it, and then cost the table of open attempts
 * nothing. What is still being caught up with is not held back.
 */
export async function* gatheredBatches(batches: AsyncIterable<EventBatch>, options: GatherOptions): AsyncGenerator<EventBatch> {
  const { forMs, maxEvents, signal } = options
  const iterator = batches[Symbol.asyncIterator]()
  try {
    let next = iterator.next()
    for (;;) {
      const first = await next
      if (first.done) return
      let last = first.value
      const events = [...last.events]
      next = handled(iterator.next())
      const until = performance.now() + forMs
      while (last.isCaughtUp && events.length < maxEvents && !options.hurry.isHurried && !signal.aborted) {
        const more = await nextWithin(next, until - performance.now(), options)
        if (!more) break
        if (more.done) {
          yield { ...last, events }
          return
        }
        last = more.value
        events.push(...last.events)
        next = handled(iterator.next())
      }
      yield { ...last, events }
    }
  } finally {
    await iterator.return?.()
  }
}

/** The next batch, or null where the time is over first, or somebody is in a hurry. */
async function nextWithin<T>(next: Promise<T>, ms: number, { hurry, signal }: GatherOptions): Promise<T | null> {
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
