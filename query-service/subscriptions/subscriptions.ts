import { type Position, parsePosition } from '@elves/core/eventing/position.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import { inlineText } from '@elves/schemas/codec/value.ts'
import type { Change } from './change.ts'
import { changeFold } from './change-fold.ts'
import { type ChangeQueue, changeQueue, type QueueLimits } from './change-queue.ts'
import { eventFeed } from './event-feed.ts'

export interface Subscriptions {
  /**
   * What happened after a position (null: from now on), then what happens: no gap, no repeat. `select` says which items
   * of a change this subscriber sees. Throws POSITION_UNKNOWN; the iterator throws SUBSCRIBER_TOO_SLOW.
   */
  open<Item>(after: Position | null, select: (change: Change) => readonly Item[]): Promise<AsyncIterableIterator<Item>>
  stop(): Promise<void>
}

export interface SubscriptionsOptions {
  readonly readModels: ReadModels
  readonly logger: Logger
  /** Changes that a subscriber may be behind. */
  readonly bufferSize: number
}

interface Live<Item> {
  readonly position: Position
  readonly queue: ChangeQueue<Item>
}

const replayBatchSize = 500
/** Large outputs may not fill the memory long before the count of changes would. */
const bufferBytes = 64 * 1024 * 1024

export function subscriptions({ readModels, logger, bufferSize }: SubscriptionsOptions): Subscriptions {
  const feed = eventFeed(readModels, logger)
  const limits: QueueLimits = { items: bufferSize, bytes: bufferBytes }
  const open = new Set<() => void>()

  /** Nothing up to `after` comes: the feed may be behind what the subscriber got already. */
  async function attach<Item>(after: Position | null, select: (change: Change) => readonly Item[], closing: (() => void)[]): Promise<Live<Item>> {
    const queue = changeQueue<Item>(limits)
    const { position, detach } = await feed.attach((change) => {
      if (after !== null && change.recorded.position <= after) return
      for (const item of select(change)) queue.offer(item, bytesOf(change))
    })
    closing.push(detach, queue.close)
    return { position, queue }
  }

  async function* changes<Item>(
    after: Position | null,
    attachAt: (after: Position | null) => Promise<Live<Item>>,
    select: (change: Change) => readonly Item[],
    isClosed: () => boolean,
  ): AsyncGenerator<Item, void> {
    let live: Live<Item> | null = after === null ? await attachAt(null) : null
    if (after !== null) {
      const fold = changeFold(readModels)
      let at = after
      // Replay until near the end, take a place in the live feed, replay up to that place, then go on live.
      while (!isClosed() && (live === null || at < live.position)) {
        const events = await readModels.eventsAfter(at, replayBatchSize)
        const end = live?.position
        const upTo = end === undefined ? events : events.filter(({ position }) => position <= end)
        for (const change of await fold.fold(upTo)) yield* select(change)
        at = upTo.at(-1)?.position ?? end ?? at
        if (live === null && events.length < replayBatchSize) live = await attachAt(at)
      }
    }
    while (live && !isClosed()) {
      const item = await live.queue.take()
      if (item === null) return
      yield item
    }
  }

  return {
    async open(after, select) {
      if (after !== null) await checkLog(after, feed.head)
      const closing: (() => void)[] = []
      let isClosed = false
      const close = (): void => {
        isClosed = true
        open.delete(close)
        for (const one of closing) one()
      }
      const attachAt = async (reached: Position | null) => {
        const live = await attach(reached, select, closing)
        // Closed while it waited for its place.
        if (isClosed) close()
        return live
      }
      open.add(close)
      try {
        // From now on means from this moment, not from the first pull.
        const early = after === null ? await attachAt(null) : null
        return closable(
          changes(after, early ? async () => early : attachAt, select, () => isClosed),
          close,
        )
      } catch (error) {
        close()
        throw error
      }
    },
    async stop() {
      for (const close of [...open]) close()
      await feed.stop()
    },
  }
}

async function checkLog(after: Position, head: () => Promise<Position>): Promise<void> {
  const { logId } = parsePosition(after)
  if (parsePosition(await head()).logId !== logId)
    throw new ElvesError('POSITION_UNKNOWN', 'the position is of another log', { facts: { position: after } })
}

/** A generator that waits ends only when what it waits for does: so close that first. */
function closable<Item>(items: AsyncGenerator<Item, void>, close: () => void): AsyncIterableIterator<Item> {
  const iterator: AsyncIterableIterator<Item> & { throw(error: unknown): Promise<IteratorResult<Item>> } = {
    async next() {
      try {
        const result = await items.next()
        if (result.done) close()
        return result as IteratorResult<Item>
      } catch (error) {
        close()
        throw error
      }
    },
    async return() {
      close()
      await items.return()
      return { done: true, value: undefined }
    },
    async throw(error) {
      close()
      await items.return()
      throw error
    },
    [Symbol.asyncIterator]: () => iterator,
  }
  return iterator
}

function bytesOf({ task }: Change): number {
  const texts = [inlineText(task?.after.param ?? null), inlineText(task?.after.output?.message ?? null)]
  return texts.reduce((sum, text) => sum + (text?.length ?? 0), 512)
}
