import type pg from 'pg'
import type { RecordedEvent } from '../eventing/event-store.ts'
import { parsePosition } from '../eventing/position.ts'
import { CounterChanges } from './counters/counters.ts'
import { column } from './tables/columns.ts'

/** A row that a batch touches. */
export interface FoldedRow<View> {
  readonly view: View
  /** Sequence of the first event about it: its place in the list. */
  readonly firstSequence: number
}

/** A table with one row for each thing, which is folded from the events about the thing. Its name is that of its counters, too. */
export interface FoldedTable<Row, View, Recorded> {
  readonly name: string
  /** The columns that a view is read from. */
  readonly columns: string
  viewOf(row: Row, logId: string): View
  firstSequenceOf(row: Row): string
  /** Returns the ids of the things that an event is about. */
  idsOf(recorded: Recorded): readonly string[]
  /** Returns the same view if the event changes nothing. */
  evolve(view: View | null, id: string, recorded: Recorded): View
  /** Inserts or updates the rows, of which there is at least one. */
  write(client: pg.ClientBase, schema: string, rows: readonly FoldedRow<View>[]): Promise<unknown>
}

/** Folds a batch of events into the rows and the counters of a table. An event that comes again changes nothing. */
export async function foldRows<
  Row extends { readonly id: string },
  View extends { readonly id: string; readonly state: string },
  Recorded extends RecordedEvent,
>(client: pg.ClientBase, schema: string, events: readonly Recorded[], table: FoldedTable<Row, View, Recorded>): Promise<void> {
  const [first] = events
  if (!first) return
  const ids = new Set(events.flatMap((recorded) => table.idsOf(recorded)))
  const rows = await load(client, schema, [...ids], { logId: parsePosition(first.position).logId, table })
  const counters = new CounterChanges()
  const changed = new Set<string>()
  for (const recorded of events) {
    const { sequence } = parsePosition(recorded.position)
    for (const id of table.idsOf(recorded)) {
      const before = rows.get(id)
      const view = table.evolve(before?.view ?? null, id, recorded)
      if (view === before?.view) continue
      counters.transition(table.name, before?.view.state ?? null, view.state, sequence)
      rows.set(id, { view, firstSequence: before?.firstSequence ?? sequence })
      changed.add(id)
    }
  }
  const written = [...rows].flatMap(([id, row]) => (changed.has(id) ? [row] : []))
  if (written.length > 0) await table.write(client, schema, written)
  await counters.write(client, schema)
}

async function load<Row extends { readonly id: string }, View, Recorded>(
  client: pg.ClientBase,
  schema: string,
  ids: readonly string[],
  { logId, table }: { readonly logId: string; readonly table: FoldedTable<Row, View, Recorded> },
): Promise<Map<string, FoldedRow<View>>> {
  const { rows } = await client.query<Row>({
    name: `${schema}.${table.name}.load`,
    text: `select ${table.columns} from ${schema}.${table.name} where id = any($1::text[])`,
    values: [column('text', ids, (id) => id)],
  })
  return new Map(rows.map((row) => [row.id, { view: table.viewOf(row, logId), firstSequence: Number(table.firstSequenceOf(row)) }]))
}
