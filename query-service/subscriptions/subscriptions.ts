import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { type Position, parsePosition } from '@elves/core/eventing/position.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import type { Registry } from 'prom-client'
import { Backlog } from './backlog.ts'
import type { Change } from './change.ts'
import { ChangeQueue, type QueueLimits } from './change-queue.ts'
import { ConcurrencyLimit } from './concurrency-limit.ts'
import type { AnyFollowed } from './followed.ts'
import type { FollowedLog } from './followed-log.ts'
import { LiveFeed } from './live-feed.ts'
import { headOfReadModel } from './log-of-read-model.ts'
import { type LiveEnd, replayed } from './replay.ts'
import { SubscriberIterator } from './subscriber-iterator.ts'
import { subscriptionMetrics } from './subscription-metrics.ts'

export interface Subscriptions {
  /**
   * Yields the items after a position (null: from now on), first past ones, then live ones, without gap or repeat.
   * `select` says which items of a change this subscriber sees. Throws POSITION_UNKNOWN, OVERLOADED; the iterator throws
   * SUBSCRIBER_TOO_SLOW.
   */
  open<Item>(after: Position | null, select: (change: Change) => readonly Item[]): Promise<AsyncIterableIterator<Item>>
  /** Yields what `select` takes of each event from now on. It looks at no views, and costs next to nothing for an event that it passes over. */
  events<Item>(select: (recorded: RecordedEvent) => readonly Item[]): Promise<AsyncIterableIterator<Item>>
  stop(): Promise<void>
}

export interface SubscriptionsOptions {
  /** What is older than the live feed is read from these. */
  readonly readModels: ReadModels
  /** Opens the log that the live feed follows, each time that a first subscriber comes. */
  openLog(): Promise<FollowedLog>
  /** The kinds of things that clients can subscribe to. */
  readonly kinds: readonly AnyFollowed[]
  readonly logger: Logger
  readonly registry: Registry
  /** How many items a subscriber may be behind. */
  readonly bufferSize: number
  /** Default {@link stalledMs}. */
  readonly replayStalledMs?: number
}

interface Live<Item> extends LiveEnd {
  readonly queue: ChangeQueue<Item, Change>
}

interface Looks<Item> {
  select(change: Change): readonly Item[]
  readonly looksAtViews: boolean
}

interface Subscriber<Item> {
  select(change: Change): readonly Item[]
  attachAt(after: Position | null): Promise<Live<Item>>
  readonly signal: AbortSignal
  drop(): void
}

/** Limit in bytes for one subscriber: with large outputs, the limit of the count would allow too much memory. */
const bufferBytes = 64 * 1024 * 1024
/** Limit in bytes for all subscribers together. */
const backlogBytes = 128 * 1024 * 1024
const subscriptionsAtOnce = 10_000
/** How many subscribers may catch up at the same time, each with its own piece of the log; others wait for their turn. */
const replaysAtOnce = 32
/** A subscriber that catches up is too slow if it has not taken its piece of the log by then. */
const stalledMs = 60_000

export function subscriptions(options: SubscriptionsOptions): Subscriptions {
  const { readModels, openLog, kinds, logger, registry, bufferSize, replayStalledMs = stalledMs } = options
  const feed = new LiveFeed({ openLog, kinds, logger })
  const limits: QueueLimits = { items: bufferSize, bytes: bufferBytes }
  const backlog = new Backlog<Change>(backlogBytes)
  const turns = new ConcurrencyLimit(replaysAtOnce)
  const open = new Set<() => void>()
  const metrics = subscriptionMetrics(registry, { open: () => open.size, backlog, turns, feed })

  /** Skips changes up to `after`: the feed may be behind what the subscriber has already got. */
  async function attach<Item>(after: Position | null, { select, looksAtViews }: Looks<Item>, closing: (() => void)[]): Promise<Live<Item>> {
    const queue = new ChangeQueue<Item, Change>(limits, backlog)
    closing.push(() => queue.close())
    const { position, log, detach } = await feed.attach((change) => {
      if (after !== null && change.position <= after) return
      for (const item of select(change)) queue.offer(item, change)
    }, looksAtViews)
    closing.push(detach)
    return { position, log, queue }
  }

  async function* changes<Item>(after: Position | null, subscriber: Subscriber<Item>): AsyncGenerator<Item, void> {
    const { select, attachAt, signal, drop } = subscriber
    let live: Live<Item> | null = after === null ? await attachAt(null) : null
    if (after !== null) {
      const attachLive = async (reached: Position) => {
        live = await attachAt(reached)
        checkLog(reached, live.position)
        return live
      }
      const replay = replayed({ readModels, kinds, turns, after, attachLive, signal, drop, stalledMs: replayStalledMs })
      for await (const change of replay) yield* select(change)
    }
    while (live && !signal.aborted) {
      const item = await live.queue.take()
      if (item === null) return
      yield item
    }
  }

  async function opened<Item>(after: Position | null, looks: Looks<Item>): Promise<AsyncIterableIterator<Item>> {
    const { select } = looks
    if (open.size >= subscriptionsAtOnce) {
      throw new ElvesError('OVERLOADED', `there are ${subscriptionsAtOnce} subscriptions already`, { canRetry: true })
    }
    const closing: (() => void)[] = []
    const ending = new AbortController()
    const close = (): void => {
      ending.abort()
      open.delete(close)
      for (const one of closing.splice(0)) one()
    }
    const attachAt = async (reached: Position | null) => {
      const live = await attach(reached, looks, closing)
      // The subscription was closed during the wait.
      if (ending.signal.aborted) close()
      return live
    }
    open.add(close)
    try {
      if (after !== null) checkLog(after, await headOfReadModel(readModels))
      // "From now on" begins here, not at the first pull.
      const early = after === null ? await attachAt(null) : null
      const iterator = new SubscriberIterator<Item>(close, metrics.failed)
      const drop = () => iterator.drop()
      return iterator.over(changes(after, { select, attachAt: early ? async () => early : attachAt, signal: ending.signal, drop }))
    } catch (error) {
      close()
      throw error
    }
  }

  return {
    open: (after, select) => opened(after, { select, looksAtViews: true }),
    events: (select) => opened(null, { select: ({ recorded }) => (recorded ? select(recorded) : []), looksAtViews: false }),
    async stop() {
      for (const close of [...open]) close()
      await feed.stop()
    },
  }
}

function checkLog(after: Position, head: Position): void {
  const { logId } = parsePosition(after)
  if (parsePosition(head).logId !== logId) throw new ElvesError('POSITION_UNKNOWN', 'the position is of another log', { facts: { position: after } })
}
