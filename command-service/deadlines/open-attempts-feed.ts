import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { runEventHandler } from '@elves/core/eventing/handlers/event-handler.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type pg from 'pg'
import { changesAttempt } from './attempt-changes.ts'
import { gatheringStore, hurry } from './gathered-batches.ts'
import { type AttemptTimes, applyToOpenAttempts } from './open-attempts.ts'

export interface OpenAttemptsFeedOptions {
  readonly store: EventStore
  readonly pool: pg.Pool
  readonly schema: string
  readonly times: AttemptTimes
  readonly logger: Logger
  /** How long live events are gathered before they are written; default 1 s. */
  readonly gatherMs?: number
}

export interface OpenAttemptsFeed extends Running {
  /** Resolves when the table has all that is in the log as of now; throws READ_MODEL_BEHIND (canRetry). */
  caughtUp(): Promise<void>
  isLive(): boolean
}

const defaultGatherMs = 1000
const eventsPerWrite = 20_000
const caughtUpWithinMs = 10_000

/**
 * Keeps the table of open attempts. Every instance runs it, not only the owner of the deadlines: the checkpoint's
 * compare-and-set keeps it right, and a hello need not wait for the lease of a dead owner to run out.
 */
export function openAttemptsFeed(options: OpenAttemptsFeedOptions): OpenAttemptsFeed {
  const { store, pool, schema, times, logger, gatherMs = defaultGatherMs } = options
  const haste = hurry()
  const handler = runEventHandler({
    name: 'deadlines',
    store: gatheringStore(store, { forMs: gatherMs, maxEvents: eventsPerWrite, hurry: haste, isWanted: changesAttempt }),
    pool,
    schema,
    logger,
    apply: (client, events) => applyToOpenAttempts(client, schema, times, events),
  })
  return {
    async caughtUp() {
      const done = haste.begin()
      try {
        await handler.reached(await store.head(), caughtUpWithinMs)
      } finally {
        done()
      }
    },
    isLive: () => handler.status().state === 'LIVE',
    stop: () => handler.stop(),
  }
}
