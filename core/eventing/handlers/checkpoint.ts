import type pg from 'pg'
import { ElvesError } from '../../foundation/errors.ts'
import type { Position } from '../position.ts'

/** Returns the durable position of the handler of this name; null if it has not begun. */
export async function readCheckpoint(client: pg.Pool | pg.ClientBase, schema: string, name: string): Promise<Position | null> {
  const { rows } = await client.query<{ position: Position }>(`select position from ${schema}.checkpoints where name = $1`, [name])
  return rows[0]?.position ?? null
}

/** Returns the durable positions of several handlers; one that has not begun is absent. */
export async function readCheckpoints(pool: pg.Pool, schema: string, names: readonly string[]): Promise<ReadonlyMap<string, Position>> {
  const text = `select name, position from ${schema}.checkpoints where name = any($1)`
  const { rows } = await pool.query<{ name: string; position: Position }>(text, [names])
  return new Map(rows.map(({ name, position }) => [name, position]))
}

/** The move of one of several checkpoints. */
export interface CheckpointMove {
  readonly name: string
  /** Null: it has not begun. */
  readonly from: Position | null
}

/** Moves one checkpoint, as {@link moveCheckpoints} does. */
export function moveCheckpoint(client: pg.ClientBase, schema: string, { to, ...move }: CheckpointMove & { readonly to: Position }): Promise<void> {
  return moveCheckpoints(client, schema, [move], to)
}

/**
 * Moves checkpoints to one position by compare-and-set, all or (by the error) none, in the same transaction as the work that they
 * stand for. The same statement sends a notification on `<schema>_commit`, which saves a round trip: the names, joined by commas,
 * and the position. Throws CHECKPOINT_CONFLICT if another instance moved one of them.
 */
export async function moveCheckpoints(client: pg.ClientBase, schema: string, moves: readonly CheckpointMove[], to: Position): Promise<void> {
  const { rows } = await client.query<{ moved: string }>({
    name: `${schema}.checkpoints.move-all`,
    text: moveAll(schema),
    values: [moves.map(({ name }) => name), moves.map(({ from }) => from), to],
  })
  if (Number(rows[0]?.moved) === moves.length) return
  const names = moves.map(({ name }) => name)
  throw new ElvesError('CHECKPOINT_CONFLICT', `a checkpoint of ${names.join(', ')} was moved by another instance`, {
    canRetry: true,
    facts: { names, to },
  })
}

function moveAll(schema: string): string {
  return `with given as (select * from unnest($1::text[], $2::text[]) as given (name, at)),
    begun as (insert into ${schema}.checkpoints (name, position) select name, $3 from given where at is null on conflict do nothing returning name),
    moved as (update ${schema}.checkpoints as c set position = $3, updated_at = now() from given where c.name = given.name and c.position = given.at
      returning c.name)
    select count(*) as moved, pg_notify('${schema}_commit', string_agg(name, ',') || ' ' || $3)
    from (select name from begun union all select name from moved) as every`
}
