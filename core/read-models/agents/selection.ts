import type pg from 'pg'
import type { Selector } from '../../domain/selectors/selector.ts'
import { type Visible, visibleAgents } from '../visible.ts'
import { appTerm } from './agent-terms.ts'
import { type SelectorGroups, termConditions } from './selected.ts'

/** An agent that a selector selects, with what decides whether it can run an app. */
export interface SelectedAgent {
  readonly id: string
  readonly isRevoked: boolean
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
  const values: unknown[] = [appTerm(app), most]
  // One row, because ten thousand would cost more to read than to find.
  const text = `select coalesce(json_agg(id order by first_sequence), '[]') as ids,
      coalesce(string_agg((has_app::int + 2 * is_revoked::int)::text, '' order by first_sequence), '') as marks
    from (select id, first_sequence, is_revoked, terms ? $1::text as has_app from (${presentAgents(schema, [[selector], ...visibleAgents(among)], values)})
      as present order by first_sequence limit $2::int) as selected`
  const { rows } = await pool.query<{ ids: readonly string[]; marks: string }>(text, values)
  const { ids, marks } = rows[0] ?? { ids: [], marks: '' }
  return ids.map((id, index) => {
    const mark = Number(marks[index])
    return { id, isRevoked: mark >= 2, hasApp: mark % 2 === 1 }
  })
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
  const values: unknown[] = []
  const text = `select count(*)::int as selected, coalesce((array_agg(id order by first_sequence) filter (where is_revoked))[1:1000], '{}') as revoked
    from (${presentAgents(schema, [selectors, ...visibleAgents(visible)], values)}) as present`
  const { rows } = await pool.query<BoundAgents>(text, values)
  return rows[0] ?? { selected: 0, revoked: [] }
}

/**
 * Returns a query for agents of these groups that were not removed: id, place, terms, and whether it was revoked. Everything but that is beside
 * the terms, so the table of agents, whose rows are wide, is asked only for the few that are removed or revoked.
 */
function presentAgents(schema: string, groups: SelectorGroups, values: unknown[]): string {
  const selected = termConditions(values, groups)
  return `select id, first_sequence, terms, out.state is not null as is_revoked from ${schema}.agent_terms
    left join (select first_sequence, state from ${schema}.agents where state in ('REMOVED', 'REVOKED')) as out using (first_sequence)
    ${selected.with([`out.state is distinct from 'REMOVED'`]).where}`
}
