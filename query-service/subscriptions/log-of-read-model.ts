import type { EventBatch, Subscribe } from '@elves/core/eventing/event-store.ts'
import { formatPosition, type Position, parsePosition } from '@elves/core/eventing/position.ts'
import { pause } from '@elves/core/foundation/waiting.ts'
import type { LogSlice } from '@elves/core/read-models/event-log/queries.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import type { FollowedLog } from './followed-log.ts'

const slice: LogSlice = { events: 1_000, bytes: 4 * 1024 * 1024 }
/** Notifications may be late or lost, so the log is also read this often. */
const pollMs = 500

/** Returns the newest position in the event log's read model. */
export async function headOfReadModel(readModels: ReadModels): Promise<Position> {
  const newest = await readModels.events({}, 'NEWEST_FIRST', { first: 1, after: null })
  return newest.edges[0]?.node.position ?? (await readModels.position())
}

/**
 * Follows the log by its read model, after the commits of the projector: for a process that can read neither the store nor
 * Kafka.
 */
export function logOfReadModel(readModels: ReadModels): FollowedLog {
  return {
    subscribe: (options) => followed(readModels, options),
    head: () => headOfReadModel(readModels),
    streamEvents: (stream, page) => readModels.streamEvents(stream, page),
    close: async () => undefined,
  }
}

async function beginning(readModels: ReadModels): Promise<Position> {
  return formatPosition(parsePosition(await headOfReadModel(readModels)).logId, 0)
}

/** Before the first event, the read models do not know of which log they are. */
function isOfNoLog(position: Position): boolean {
  return position === formatPosition('00000000', 0)
}

async function* followed(readModels: ReadModels, { after, signal, batchSize = slice.events }: Subscribe): AsyncGenerator<EventBatch> {
  let at = after ?? (await beginning(readModels))
  let news = new AbortController()
  const unsubscribe = readModels.onCommit(() => news.abort())
  try {
    while (!signal.aborted) {
      news = new AbortController()
      if (isOfNoLog(at)) at = await beginning(readModels)
      const { entries, hasMore } = await readModels.eventsAfter(at, { ...slice, events: batchSize })
      if (signal.aborted) return
      const events = []
      for (const entry of entries) {
        if ('unreadable' in entry) {
          if (events.length > 0) yield { events, position: at, isCaughtUp: false }
          throw entry.unreadable
        }
        events.push(entry)
        at = entry.position
      }
      if (events.length > 0) yield { events, position: at, isCaughtUp: !hasMore }
      else await pause(pollMs, AbortSignal.any([signal, news.signal]))
    }
  } finally {
    unsubscribe()
  }
}
