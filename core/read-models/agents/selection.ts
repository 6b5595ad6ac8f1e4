import type pg from 'pg'
import type { Selector } from '../../domain/selectors/selector.ts'
import { isStorable } from '../../foundation/text.ts'
import { Conditions } from '../paging/conditions.ts'
import { type Visible, visibleAgents } from '../visible.ts'
import type { AgentStateName } from './agent-view.ts'
import { addSelected } from './selected.ts'

/** An agent that a selector selects, with what decides whether it can run an app. */
export interface SelectedAgent {
  readonly id: string
  readonly state: AgentStateName
  /** Whether it told that it has the app. */
  readonly hasApp: boolean
}

export interface Selecting {
  readonly app: string
  readonly most: number
  /** Others are not selected; null: all are in it. */
  readonly among: Visible | null
}

/** Returns the agents of a selector that were not removed, the one that came first first, at most `most`. */
export async function selectAgents(
  pool: pg.Pool,
  schema: string,
  selector: Selector,
  { app, most, among }: Selecting,
): Promise<readonly SelectedAgent[]> {
  const conditions = new Conditions()
  const hasApp = isStorable(app) ? `${conditions.value(app)}::text = any(string_to_array(apps, '/'))` : 'false'
  const limit = conditions.value(most)
  addSelected(conditions, schema, [[selector], ...visibleAgents(among)])
  // One row, because ten thousand would cost more to read than to find.
  const text = `select coalesce(json_agg(json_build_array(id, state, has_app) order by first_sequence), '[]') as agents from (
      select id, state, first_sequence, ${hasApp} as has_app from ${schema}.agents
      ${conditions.with([`state <> 'REMOVED'`]).where} order by first_sequence limit ${limit}::int) as selected`
  const { rows } = await pool.query<{ agents: [string, AgentStateName, boolean][] }>(text, conditions.values)
  return (rows[0]?.agents ?? []).map(([id, state, has]) => ({ id, state, hasApp: has }))
}

/** What an app's bindings select. */
export interface BoundAgents {
  /** Agents that were not removed. */
  readonly selected: number
  /** Ids of those that were revoked, which get nothing; the one that came first first, at most 1 000. */
  readonly revoked: readonly string[]
}

/** Returns what any of these selectors selects; of `visible` only, if it is not null. */
export async function boundAgents(pool: pg.Pool, schema: string, selectors: readonly Selector[], visible: Visible | null): Promise<BoundAgents> {
  if (selectors.length === 0) return { selected: 0, revoked: [] }
  const conditions = new Conditions()
  addSelected(conditions, schema, [selectors, ...visibleAgents(visible)])
  const text = `select count(*)::int as selected,
      coalesce((array_agg(id order by first_sequence) filter (where state = 'REVOKED'))[1:1000], '{}') as revoked
    from ${schema}.agents ${conditions.with([`state <> 'REMOVED'`]).where}`
  const { rows } = await pool.query<BoundAgents>(text, conditions.values)
  return rows[0] ?? { selected: 0, revoked: [] }
}
