import type pg from 'pg'
import { formatPosition, type Position } from '../eventing/position.ts'
import { withoutNul } from '../foundation/text.ts'
import type { ProjectorStatus } from './read-models.ts'
import { allReadModels, type ReadModelName } from './registry.ts'

/** Returns the status of every projector from the database, so that all processes see it, not only the one that runs it. */
export async function readProjectorStates(pool: pg.Pool, schema: string): Promise<readonly ProjectorStatus[]> {
  const text = `select name, c.position, s.state, s.error
    from unnest($1::text[]) as name left join ${schema}.checkpoints c using (name) left join ${schema}.projector_states s using (name)`
  const names = allReadModels.map(({ name }) => name)
  const { rows } = await pool.query<{ name: ReadModelName; position: Position | null; state: ProjectorStatus['state'] | null; error: string | null }>(
    text,
    [names],
  )
  const begun = rows.find(({ position }) => position !== null)?.position
  const none = formatPosition(begun?.slice(0, 8) ?? '00000000', 0)
  return rows.map(({ name, position, state, error }) => ({ name, position: position ?? none, state: state ?? 'CATCHING_UP', error }))
}

/** Returns the least of these positions; for an empty list, the point before the first event. */
export function leastPosition(positions: readonly Position[]): Position {
  return [...positions].sort()[0] ?? formatPosition('00000000', 0)
}

/** What a projector reports about itself. Its position is not part of it, because that is its checkpoint. */
export type ProjectorReport = Omit<ProjectorStatus<string>, 'position'>

/** Stores a report of the process that runs the projector, when it changes. */
export async function writeProjectorState(pool: pg.Pool, schema: string, { name, state, error }: ProjectorReport): Promise<void> {
  await pool.query(
    `insert into ${schema}.projector_states (name, state, error) values ($1, $2, $3)
      on conflict (name) do update set state = excluded.state, error = excluded.error, updated_at = now()`,
    [name, state, error === null ? null : withoutNul(error)],
  )
}
