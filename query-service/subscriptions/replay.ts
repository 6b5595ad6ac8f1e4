import type { Position } from '@elves/core/eventing/position.ts'
import type { LogSlice } from '@elves/core/read-models/event-log/queries.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import type { Change } from './change.ts'
import { ChangeFold } from './change-fold.ts'
import type { ConcurrencyLimit } from './concurrency-limit.ts'
import type { AnyFollowed } from './followed.ts'

export interface Replay {
  readonly readModels: ReadModels
  readonly kinds: readonly AnyFollowed[]
  /** A subscriber that catches up has a piece of the log in memory only during its turn. */
  readonly turns: ConcurrencyLimit
  readonly after: Position
  /** Attaches the subscriber to the live feed once everything up to `reached` was replayed; returns the position at which the feed begins. */
  attachLive(reached: Position): Promise<Position>
  readonly signal: AbortSignal
  /** If the subscriber does not take a piece within this time, `drop` ends it. */
  readonly stalledMs: number
  drop(): void
}

/** How much of the log is read at a time for one subscriber. */
const piece: LogSlice = { events: 200, bytes: 512 * 1024 }
/** Limit for the kept views of one subscriber. */
const keptViewsBytes = 1024 * 1024

/** Replays the log until near its end, attaches to the live feed, and replays up to the position where the feed begins. */
export async function* replayed({ readModels, kinds, turns, after, attachLive, signal, stalledMs, drop }: Replay): AsyncGenerator<Change, void> {
  let fold = new ChangeFold(readModels, kinds, keptViewsBytes)
  let at = after
  let end: Position | null = null
  while (!signal.aborted && (end === null || at < end)) {
    const endTurn = await turns.take(signal)
    if (!endTurn) return
    const stalled = setTimeout(drop, stalledMs)
    try {
      const { entries, hasMore } = await readModels.eventsAfter(at, piece)
      const place = end
      const upTo = place === null ? entries : entries.filter(({ position }) => position <= place)
      for await (const change of fold.changes(upTo)) {
        yield change
        at = change.position
      }
      // No entry is left before the position where the live feed begins.
      if (place !== null && (entries.length === 0 || upTo.length < entries.length)) at = place
      if (place === null && !hasMore) end = await attachLive(at)
    } finally {
      clearTimeout(stalled)
      endTurn()
    }
    if (turns.isWaitedFor) fold = new ChangeFold(readModels, kinds, keptViewsBytes)
  }
}
