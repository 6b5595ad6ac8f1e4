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

/** The move of one of several checkpoints. */
export interface CheckpointMove {
  readonly name: string
  /** Null: it has not begun. */
  readonly from: Position | null
}

/** Returns the durable positions of several handlers; one that has not begun is absent. */
export async function readCheckpoints(pool: pg.Pool, schema: string, names: readonly string[]): Promise<ReadonlyMap<string, Position>> {
  const text = `select name, position from ${schema}.checkpoints where name = any($1)`
  const { rows } = await pool.query<{ name: string; position: Position }>(text, [names])
  return new Map(rows.map(({ name, position }) => [name, position]))
}

/**
 * Moves several checkpoints to one position, all or (by the error) none, like {@link moveCheckpoint}: one statement, and one
 * notification whose payload is the names, joined by commas, and the position. Throws CHECKPOINT_CONFLICT.
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

/** The same statement writes the row and sends the notification, which saves a round trip for every batch of every handler. */
function insertion(schema: string): string {
  return `with moved as (insert into ${schema}.checkpoints (name, position) values ($1, $2) on conflict do nothing returning name)
    select pg_notify('${schema}_commit', $1 || ' ' || $2) from moved`
}

function move(schema: string): string {
  return `with moved as (update ${schema}.checkpoints set position = $2, updated_at = now() where name = $1 and position = $3 returning name)
    select pg_notify('${schema}_commit', $1 || ' ' || $2) from moved`
}
