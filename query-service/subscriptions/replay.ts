import type { Position } from '@elves/core/eventing/position.ts'
import type { LogEntry, LogSlice } from '@elves/core/read-models/event-log/queries.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import type { StreamPages } from '../read-side/stream-events.ts'
import type { Change } from './change.ts'
import { ChangeFold } from './change-fold.ts'
import type { ConcurrencyLimit } from './concurrency-limit.ts'
import type { AnyFollowed } from './followed.ts'
import { entriesAfter, type FollowedLog } from './followed-log.ts'

/** Where the live feed begins for a subscriber, and the log that it follows. */
export interface LiveEnd {
  readonly position: Position
  readonly log: FollowedLog
}

export interface Replay {
  readonly readModels: ReadModels
  readonly kinds: readonly AnyFollowed[]
  /** A subscriber that catches up has a piece of the log in memory only during its turn. */
  readonly turns: ConcurrencyLimit
  readonly after: Position
  /** Attaches the subscriber to the live feed after a replay up to `reached`; returns where the feed begins. */
  attachLive(reached: Position): Promise<LiveEnd>
  readonly signal: AbortSignal
  /** If the subscriber does not take a piece within this time, `drop` ends it. */
  readonly stalledMs: number
  drop(): void
}

/** How much of the log is read at a time for one subscriber. */
const piece: LogSlice = { events: 200, bytes: 512 * 1024 }
/** Limit for the kept views of one subscriber. */
const keptViewsBytes = 1024 * 1024

/**
 * Replays the log up to the position where the live feed begins: from its read model as far as that has got, then from the
 * log that the live feed follows too, so that nobody waits for a projector.
 */
export async function* replayed({ readModels, kinds, turns, after, attachLive, signal, stalledMs, drop }: Replay): AsyncGenerator<Change, void> {
  let live: LiveEnd | null = null as LiveEnd | null
  const streams: StreamPages = { streamEvents: (stream, page) => (live?.log ?? readModels).streamEvents(stream, page) }
  let fold = new ChangeFold(streams, kinds, keptViewsBytes)
  let at = after
  while (!signal.aborted && (live === null || at < live.position)) {
    const endTurn = await turns.take(signal)
    if (!endTurn) return
    let stalled: NodeJS.Timeout | undefined
    try {
      const { entries, hasMore } = live === null ? await readModels.eventsAfter(at, piece) : await nextPiece(live.log, at, signal)
      stalled = setTimeout(drop, stalledMs)
      for await (const change of fold.changes(entries)) {
        // The live feed brings this one.
        if (live !== null && change.position > live.position) break
        yield change
        at = change.position
      }
      if (live === null && !hasMore) live = await attachLive(at)
      else if (live !== null && (entries.at(-1)?.position ?? at) > live.position) at = live.position
    } finally {
      clearTimeout(stalled)
      endTurn()
    }
    if (turns.isWaitedFor) fold = new ChangeFold(streams, kinds, keptViewsBytes)
  }
}

async function nextPiece(log: FollowedLog, after: Position, signal: AbortSignal): Promise<{ entries: readonly LogEntry[]; hasMore: boolean }> {
  for await (const entries of entriesAfter(log, after, { batchSize: piece.events, signal })) return { entries, hasMore: true }
  return { entries: [], hasMore: false }
}
