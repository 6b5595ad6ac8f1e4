import type pg from 'pg'
import { parsePosition } from '../eventing/position.ts'
import type { FoldedRow, FoldedTable } from './folded-rows.ts'
import { column } from './tables/columns.ts'

/** A row, as pg reads it, of a table that has a thing's state in a column and all else of its view as JSON. */
export interface DetailRow<State extends string> {
  readonly id: string
  readonly made_sequence: string
  readonly sequence: string
  readonly state: State
  readonly details: string
}

export const detailColumns = 'id, made_sequence, sequence, state, details'

interface DetailView {
  readonly id: string
  readonly state: string
  readonly changedAt: string
}

/** How such a table is read and written; `detailsOf` returns the JSON. */
export function detailTable<View extends DetailView>(
  name: string,
  detailsOf: (view: View) => string,
): Pick<FoldedTable<DetailRow<string>, View, never>, 'name' | 'columns' | 'firstSequenceOf' | 'write'> {
  return {
    name,
    columns: detailColumns,
    firstSequenceOf: (row) => row.made_sequence,
    write: (client, schema, rows) => write(client, `${schema}.${name}`, rows, detailsOf),
  }
}

function write<View extends DetailView>(
  client: pg.ClientBase,
  table: string,
  rows: readonly FoldedRow<View>[],
  detailsOf: (view: View) => string,
): Promise<unknown> {
  const text = `insert into ${table} (${detailColumns})
    select * from unnest($1::text[], $2::int8[], $3::int8[], $4::text[], $5::text[])
    on conflict (id) do update set sequence = excluded.sequence, state = excluded.state, details = excluded.details`
  return client.query(text, [
    column('text', rows, ({ view }) => view.id),
    column('int8', rows, ({ firstSequence }) => firstSequence),
    column('int8', rows, ({ view }) => parsePosition(view.changedAt).sequence),
    column('text', rows, ({ view }) => view.state),
    column('text', rows, ({ view }) => detailsOf(view)),
  ])
}
