import type { Logger } from '../../foundation/log.ts'
import { defaultBatchSize, type EventBatch, type RecordedEvent, type Subscribe } from '../event-store.ts'
import { formatPosition } from '../position.ts'
import type { LogHead } from './log-head.ts'
import type { NodeCalls } from './node-calls.ts'
import { RecordQueue } from './record-queue.ts'
import type { StoredRecord } from './stored-record.ts'

export interface StoreSubscriptionOptions extends Subscribe {
  readonly calls: NodeCalls
  readonly prefix: string
  readonly logId: string
  /** Position to continue from. */
  readonly cursor: number
  readonly head: LogHead
  readonly logger: Logger
  /** Throws EVENT_UNREADABLE. */
  toEvent(record: StoredRecord): RecordedEvent
}

/** Yields the records of the server in batches: full ones while known events are still to come, otherwise whatever has arrived. */
export async function* storeSubscription(options: StoreSubscriptionOptions): AsyncGenerator<EventBatch> {
  const { signal, head, logId, batchSize = defaultBatchSize } = options
  let cursor = options.cursor
  if (cursor >= head.known) yield { events: [], position: formatPosition(logId, cursor), isCaughtUp: true }
  const queue = new RecordQueue({ ...options, after: cursor, size: batchSize })
  try {
    while (!signal.aborted) {
      const records = await queue.take(batchSize, head.known)
      if (signal.aborted) return
      const { events, unreadable } = readable(records, options)
      const last = records[events.length - 1]
      // Delivers the events before the unreadable one first; the next pull meets it again.
      if (!last) throw unreadable
      queue.taken(events.length)
      cursor = last.position
      head.advance(cursor)
      yield { events, position: formatPosition(logId, cursor), isCaughtUp: queue.isEmpty && cursor >= head.known }
    }
  } finally {
    queue.stop()
  }
}

function readable(records: readonly StoredRecord[], { toEvent }: StoreSubscriptionOptions): { events: RecordedEvent[]; unreadable: unknown } {
  const events: RecordedEvent[] = []
  try {
    for (const record of records) events.push(toEvent(record))
    return { events, unreadable: null }
  } catch (unreadable) {
    return { events, unreadable }
  }
}
