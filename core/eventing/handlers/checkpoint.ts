import type pg from 'pg'
import { ElvesError } from '../../foundation/errors.ts'
import type { Position } from '../position.ts'

/** Returns the durable position of the handler of this name; null if it has not begun. */
export async function readCheckpoint(client: pg.Pool | pg.ClientBase, schema: string, name: string): Promise<Position | null> {
  const { rows } = await client.query<{ position: Position }>(`select position from ${schema}.checkpoints where name = $1`, [name])
  return rows[0]?.position ?? null
}

/**
 * Moves a checkpoint by compare-and-set, in the same transaction as the work that it stands for, with a notification on
 * `<schema>_commit` (payload: name and position). Throws CHECKPOINT_CONFLICT if another instance moved it.
 */
export async function moveCheckpoint(
  client: pg.ClientBase,
  schema: string,
  { name, from, to }: { readonly name: string; readonly from: Position | null; readonly to: Position },
): Promise<void> {
  const query =
    from === null
      ? { name: `${schema}.checkpoints.insert`, text: insertion(schema), values: [name, to] }
      : { name: `${schema}.checkpoints.move`, text: move(schema), values: [name, to, from] }
  const { rowCount } = await client.query(query)
  if (rowCount === 1) return
  throw new ElvesError('CHECKPOINT_CONFLICT', `the checkpoint of ${name} was moved by another instance`, {
    canRetry: true,
    facts: { name, from, to },
  })
}

/** The same statement writes the row and sends the notification, which saves a round trip for every batch of every handler. */
function insertion(schema: string): string {
  return `with moved as (insert into ${schema}.checkpoints (name, position) values ($1, $2) on conflict do nothing returning name)
    select pg_notify('${schema}_commit', $1 || ' ' || $2) from moved`
}

function move(schema: string): string {
  return `with moved as (update ${schema}.checkpoints set position = $2, updated_at = now() where name = $1 and position = $3 returning name)
    select pg_notify('${schema}_commit', $1 || ' ' || $2) from moved`
}
