import type { Position } from '@elves/core/eventing/position.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { LogSlice } from '@elves/core/read-models/event-log/queries.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import type { Change } from './change.ts'
import { ChangeFold } from './change-fold.ts'
import type { AnyFollowed } from './followed.ts'

/** The only live reader of the event log in this process. It passes each change to every subscriber, in memory. */
export interface SubscriberFeed {
  /** The listener gets every change after the returned position, in order. It must not wait. */
  attach(listener: (change: Change) => void): Promise<{ position: Position; detach(): void }>
  /** The newest position in the event log's read model. */
  head(): Promise<Position>
  /** Bytes of the views that it keeps to fold new events. */
  readonly keptBytes: number
  stop(): Promise<void>
}

/** The most that one read of the log returns. */
const slice: LogSlice = { events: 1_000, bytes: 4 * 1024 * 1024 }
/** Limit for the kept views. */
const keptViewsBytes = 32 * 1024 * 1024
/** Notifications may be late or lost, so the log is also read this often. */
const pollMs = 500

export function eventFeed(readModels: ReadModels, kinds: readonly AnyFollowed[], logger: Logger): SubscriberFeed {
  const listeners = new Set<(change: Change) => void>()
  /** The listeners have got everything up to here; null while there are no listeners and nothing is read. */
  let position: Position | null = null
  let starting: Promise<void> | null = null
  let reading: Promise<void> | null = null
  let isStopped = false
  let hasNews = false
  let wake: (() => void) | null = null
  let fold = new ChangeFold(readModels, kinds, keptViewsBytes)

  const unsubscribe = readModels.onCommit(() => {
    hasNews = true
    wake?.()
  })

  async function head(): Promise<Position> {
    const newest = await readModels.events({}, 'NEWEST_FIRST', { first: 1, after: null })
    return newest.edges[0]?.node.position ?? (await readModels.position())
  }

  function startAtHead(): Promise<void> {
    starting ??= head()
      .then((found) => {
        position ??= found
      })
      .finally(() => {
        starting = null
      })
    return starting
  }

  async function run(from: Position): Promise<void> {
    let at = from
    while (listeners.size > 0 && !isStopped) {
      try {
        hasNews = false
        const { entries } = await readModels.eventsAfter(at, slice)
        for await (const change of fold.changes(entries)) {
          // No await between these lines: a listener that attaches must get the position before a change or the one after it.
          for (const listener of listeners) listener(change)
          at = change.position
          position = at
        }
        if (entries.length === 0) await news()
      } catch (error) {
        logger.warn({ err: error, position: at }, 'reading the event log for subscribers failed; trying again')
        // The kept views already include part of the batch, which will be read again.
        fold = new ChangeFold(readModels, kinds, keptViewsBytes)
        hasNews = false
        await news()
      }
    }
    position = null
    reading = null
    fold = new ChangeFold(readModels, kinds, keptViewsBytes)
  }

  function news(): Promise<void> {
    if (hasNews || isStopped || listeners.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, pollMs)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  return {
    head,
    get keptBytes() {
      return fold.keptBytes
    },
    async attach(listener) {
      // Nothing may run between the check of `position` and adding the listener, so `position` is checked again after each wait.
      while (position === null) await startAtHead()
      const from: Position = position
      listeners.add(listener)
      reading ??= run(from)
      return {
        position: from,
        detach() {
          listeners.delete(listener)
          if (listeners.size === 0) wake?.()
        },
      }
    },
    async stop() {
      isStopped = true
      unsubscribe()
      wake?.()
      await reading
    },
  }
}
