import type pg from 'pg'
import { formatPosition, type Position, parsePosition } from '../../eventing/position.ts'
import { isStorable } from '../../foundation/text.ts'
import { logIdColumn, type WithLogId } from '../paging/log-id.ts'
import { type ProcessorRow, processorColumns, processorViewOfRow } from './processor-row.ts'
import type { ProcessorView } from './processor-view.ts'

/** So many results are counted at most. */
const mostLag = 100_000

export async function readProcessor(pool: pg.Pool, schema: string, id: string): Promise<ProcessorView | null> {
  if (!isStorable(id)) return null
  const text = `select ${processorColumns}, ${logIdColumn(schema)} from ${schema}.processors where id = $1`
  const { rows } = await pool.query<ProcessorRow & WithLogId>(text, [id])
  const [row] = rows
  return row ? processorViewOfRow(row, row.log_id) : null
}

/** How many tasks of the app in mode P have ended after the position, at most {@link mostLag}. */
export async function readLag(pool: pg.Pool, schema: string, app: string, after: Position): Promise<number> {
  const text = `select count(*)::int as count from (
    select from ${schema}.processor_results where app = $1 and last_sequence > $2 limit ${mostLag}) as waiting`
  const { rows } = await pool.query<{ count: number }>(text, [app, parsePosition(after).sequence])
  return rows[0]?.count ?? 0
}

/**
 * Where to begin for the results of the app after the position of its processor: just before the first of them, so that nobody
 * reads what lies between; behind all that this read model has if there is none. Null before the first event.
 */
export async function readStart(pool: pg.Pool, schema: string, { id, app }: { readonly id: string; readonly app: string }): Promise<Position | null> {
  if (!isStorable(id)) return null
  const text = `with cursor as (select coalesce((select at_sequence from ${schema}.processors where id = $1), 0) as at)
    select (select min(first_sequence) from ${schema}.processor_results where app = $2 and first_sequence > cursor.at) as "first",
      (select min(last_sequence) from ${schema}.processor_results where app = $2 and last_sequence > cursor.at) as "last",
      (select position from ${schema}.checkpoints where name = 'processors') as checkpoint, ${logIdColumn(schema)} from cursor`
  type Found = WithLogId & { readonly first: string | null; readonly last: string | null; readonly checkpoint: Position | null }
  const { rows } = await pool.query<Found>(text, [id, app])
  const [found] = rows
  if (!found || found.checkpoint === null) return null
  const next = [found.first, found.last].flatMap((sequence) => (sequence === null ? [] : [Number(sequence)]))
  return next.length === 0 ? found.checkpoint : formatPosition(found.log_id, Math.min(...next) - 1)
}
