import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { type EventHandler, runEventHandler } from '@elves/core/eventing/handlers/event-handler.ts'
import type { Position } from '@elves/core/eventing/position.ts'
import type { ElvesError } from '@elves/core/foundation/errors.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type pg from 'pg'
import type { Signals } from '../instances/signals.ts'
import { changesAttempt } from './attempt-changes.ts'
import { attemptsCatchUp } from './attempts-catch-up.ts'
import { gatheringStore, hurry } from './gathered-batches.ts'
import { type AttemptTimes, applyToOpenAttempts, attemptsHandler } from './open-attempts.ts'

export interface OpenAttemptsFeedOptions {
  readonly store: EventStore
  readonly pool: pg.Pool
  readonly schema: string
  readonly times: AttemptTimes
  readonly signals: Pick<Signals, 'send' | 'on' | 'onCommit'>
  readonly logger: Logger
  /** How long live events are gathered before they are written; default 1 s. */
  readonly gatherMs?: number
  /** How long the instance that feeds the table has to get there, before the one that waits does it itself; default 300 ms. */
  readonly patienceMs?: number
}

/** What the feeding is done under. */
export interface FeedOwner {
  readonly signal: AbortSignal
  /** Checked with each write. */
  readonly fence?: { readonly name: string; readonly token: number }
}

/** Keeps the table of open attempts. */
export interface OpenAttemptsFeed {
  /** The steady feeding, by one instance at a time; resolves at the abort, rejects where it can not go on. */
  feedWhileOwned(owner: FeedOwner): Promise<void>
  /** Resolves when the table has all that is in the log as of now, whichever instance feeds it; throws READ_MODEL_BEHIND (canRetry). */
  caughtUp(): Promise<void>
  /** False where this instance fed it last and could not go on. */
  isSound(): boolean
}

const defaultGatherMs = 1000
const defaultPatienceMs = 300
const eventsPerWrite = 20_000

/**
 * One instance feeds the table, under the lease of the deadlines; with more of them all but one would lose each compare-and-set
 * of the checkpoint. Any instance whose agent says hello asks it to hurry, and where it is silent (its lease has yet to run
 * out) does the work itself: the compare-and-set keeps it right.
 */
export function openAttemptsFeed(options: OpenAttemptsFeedOptions): OpenAttemptsFeed {
  const { store, pool, schema, times, signals, logger, gatherMs = defaultGatherMs, patienceMs = defaultPatienceMs } = options
  const haste = hurry()
  const catchUp = attemptsCatchUp({ store, pool, schema, times })
  let own: EventHandler | null = null
  let failure: ElvesError | null = null

  async function feedWhileOwned({ signal, fence }: FeedOwner): Promise<void> {
    if (signal.aborted) return
    const handler = runEventHandler({
      name: attemptsHandler,
      store: gatheringStore(store, { forMs: gatherMs, maxEvents: eventsPerWrite, hurry: haste, isWanted: changesAttempt }),
      pool,
      schema,
      logger,
      apply: (client, events) => applyToOpenAttempts(client, schema, times, events),
      ...(fence && { fence }),
    })
    const stop = () => void handler.stop()
    const deaf = signals.on('hurry', ({ position }) => void hasten(handler, position))
    signal.addEventListener('abort', stop, { once: true })
    own = handler
    try {
      await handler.stopped
    } finally {
      own = null
      deaf()
      signal.removeEventListener('abort', stop)
    }
    const { error } = handler.status()
    if (!error || signal.aborted) return
    if (error.code !== 'LEASE_LOST') failure = error
    throw error
  }

  /** Answers whether it got there in time. */
  async function hasten(handler: EventHandler, position: Position): Promise<boolean> {
    const done = haste.begin()
    try {
      await handler.reached(position, patienceMs)
      return true
    } catch {
      return false
    } finally {
      done()
    }
  }

  /** Answers whether the instance that feeds the table got there in time. */
  async function hastenElsewhere(position: Position): Promise<boolean> {
    const { promise: there, resolve } = Promise.withResolvers<boolean>()
    const deaf = signals.onCommit((name, reached) => {
      if (name === attemptsHandler && reached >= position) resolve(true)
    })
    const timer = setTimeout(() => resolve(false), patienceMs)
    try {
      if (await catchUp.isThere(position)) return true
      await signals.send('hurry', { position })
      return await there
    } finally {
      clearTimeout(timer)
      deaf()
    }
  }

  return {
    feedWhileOwned,
    async caughtUp() {
      const position = await store.head()
      const isThere = own ? await hasten(own, position) : await hastenElsewhere(position)
      if (!isThere) await catchUp.upTo(position)
      failure = null
    },
    isSound: () => failure === null,
  }
}
