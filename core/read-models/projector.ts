import type pg from 'pg'
import type { AnyAggregate } from '../domain/aggregate.ts'
import type { RecordedEvent } from '../eventing/event-store.ts'

/** A table of a read model, without the schema, and the column that is the key of its rows. */
export interface ReadModelTable {
  readonly name: string
  readonly key: string
}

/**
 * Writes one read model. The rows are the same whatever the size of the batches, and if an event comes twice. The caller
 * gives the transaction, and moves the checkpoint of the projector's name in it.
 */
export interface Projector {
  /** Name of the projector and of its checkpoint. */
  readonly name: string
  /** Tables that no other projector writes; the first one is the first that it touches in each transaction. */
  readonly tables: readonly ReadModelTable[]
  /** The aggregates whose events change its rows. It ignores all others. */
  readonly reads: readonly AnyAggregate[]
  apply(client: pg.ClientBase, schema: string, events: readonly RecordedEvent[]): Promise<void>
}

/**
 * Locks out every other transaction of this projector until the end of this one. If two services project the same events,
 * one waits here, and then finds its checkpoint moved instead of failing on a row.
 */
export async function lockProjector(client: pg.ClientBase, schema: string, { name }: Projector): Promise<void> {
  await client.query({
    name: 'projector-lock',
    text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))',
    values: [`${schema}.${name}`],
  })
}

/** Like {@link lockProjector} for several projectors, in one statement. Everybody locks in the order of the registry, so that none waits for the other. */
export async function lockProjectors(client: pg.ClientBase, schema: string, names: readonly string[]): Promise<void> {
  await client.query({
    name: 'projector-locks',
    text: 'select pg_advisory_xact_lock(hashtextextended(name, 0)) from unnest($1::text[]) as name',
    values: [names.map((name) => `${schema}.${name}`)],
  })
}
