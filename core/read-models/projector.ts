import type pg from 'pg'
import type { RecordedEvent } from '../eventing/event-store.ts'

/**
 * Writes one read model. The same rows come out whatever the size of the batches, and where an event comes twice.
 * Whoever runs it gives the transaction, and moves the checkpoint of its name in the same one.
 */
export interface Projector {
  /** Also the name of its checkpoint. */
  readonly name: string
  /** Tables that it alone writes, without the schema; the first is the one that it touches first in each transaction. */
  readonly tables: readonly string[]
  apply(client: pg.ClientBase, schema: string, events: readonly RecordedEvent[]): Promise<void>
}
