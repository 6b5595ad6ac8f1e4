import type pg from 'pg'
import { ElvesError } from '../../foundation/errors.ts'
import type { Position } from '../position.ts'

/** How far the handler of this name has durably got; null: it has not begun. */
export async function readCheckpoint(client: pg.Pool | pg.ClientBase, schema: string, name: string): Promise<Position | null> {
  const { rows } = await client.query<{ position: Position }>(`select position from ${schema}.checkpoints where name = $1`, [name])
  return rows[0]?.position ?? null
}

/** By compare-and-set, in the transaction of what it stands for. Throws CHECKPOINT_CONFLICT where somebody else moved it. */
export async function moveCheckpoint(
  client: pg.ClientBase,
  schema: string,
  { name, from, to }: { readonly name: string; readonly from: Position | null; readonly to: Position },
): Promise<void> {
  const { rowCount } =
    from === null
      ? await client.query(`insert into ${schema}.checkpoints (name, position) values ($1, $2) on conflict do nothing`, [name, to])
      : await client.query(`update ${schema}.checkpoints set position = $3, updated_at = now() where name = $1 and position = $2`, [name, from, to])
  if (rowCount === 1) return
  throw new ElvesError('CHECKPOINT_CONFLICT', `the checkpoint of ${name} was moved by another instance`, {
    canRetry: true,
    facts: { name, from, to },
  })
}
