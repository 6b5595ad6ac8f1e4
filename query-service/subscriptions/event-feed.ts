import type { Position } from '@elves/core/eventing/position.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import type { Change } from './change.ts'
import { changeFold } from './change-fold.ts'

/** The one reader of the event log in this process: what it reads goes to every subscriber in memory. */
export interface EventFeed {
  /** From its answer on (exclusive) the listener gets every change, in order; it must not wait. */
  attach(listener: (change: Change) => void): Promise<{ position: Position; detach(): void }>
  /** The newest position in the event log's read model. */
  head(): Promise<Position>
  stop(): Promise<void>
}

const batchSize = 1_000
/** Notifications may be late or lost: look this often too. */
const pollMs = 500

export function eventFeed(readModels: ReadModels, logger: Logger): EventFeed {
  const listeners = new Set<(change: Change) => void>()
  /** What the listeners have got; null while nobody listens and nothing is read. */
  let position: Position | null = null
  let starting: Promise<void> | null = null
  let reading: Promise<void> | null = null
  let isStopped = false
  let hasNews = false
  let wake: (() => void) | null = null

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
    let fold = changeFold(readModels)
    let at = from
    while (listeners.size > 0 && !isStopped) {
      try {
        hasNews = false
        const events = await readModels.eventsAfter(at, batchSize)
        const last = events.at(-1)
        if (last) {
          const changes = await fold.fold(events)
          // Nothing may come between: whoever attaches gets either the position before all of them or the one after.
          for (const change of changes) for (const listener of listeners) listener(change)
          at = last.position
          position = at
        } else await news()
      } catch (error) {
        logger.warn({ err: error, position: at }, 'reading the event log for subscribers failed; trying again')
        // What it had folded of the batch is no longer the state before the batch.
        fold = changeFold(readModels)
        hasNews = false
        await news()
      }
    }
    position = null
    reading = null
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
    async attach(listener) {
      // Between the look at `position` and the listener's place nothing may run, so the look comes after each wait.
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
