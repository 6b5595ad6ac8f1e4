import type pg from 'pg'
import type { AnyAggregate } from '../domain/aggregate.ts'
import type { RecordedEvent } from '../eventing/event-store.ts'

/** A table of a read model, without the schema, with the column that tells its rows apart. */
export interface ReadModelTable {
  readonly name: string
  readonly key: string
}

/**
 * Writes one read model. The same rows come out whatever the size of the batches, and where an event comes twice.
 * Whoever runs it gives the transaction, and moves the checkpoint of its name in the same one.
 */
export interface Projector {
  /** Also the name of its checkpoint. */
  readonly name: string
  /** Tables that it alone writes; the first is the one that it touches first in each transaction. */
  readonly tables: readonly ReadModelTable[]
  /** The aggregates whose events change its rows. It passes over all others. */
  readonly reads: readonly AnyAggregate[]
  apply(client: pg.ClientBase, schema: string, events: readonly RecordedEvent[]): Promise<void>
}

/**
 * Keeps every other transaction of this projector out until the end of this one: two services that project the same
 * events wait for each other here, and the second then finds its checkpoint moved, instead of failing on a row.
 */
export async function lockProjector(client: pg.ClientBase, schema: string, { name }: Projector): Promise<void> {
  await client.query({
    name: 'projector-lock',
    text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))',
    values: [`${schema}.${name}`],
  })
}
