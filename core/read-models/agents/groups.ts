import type pg from 'pg'
import { parseSelector } from '../../domain/selectors/selector.ts'
import { isStorable } from '../../foundation/text.ts'
import { type Visible, visibleAgents } from '../visible.ts'
import type { AgentStateName } from './agent-view.ts'
import { termConditions } from './selected.ts'

/** Agents that have the same value of a label. */
export interface AgentGroup {
  readonly value: string
  readonly agents: number
  /** Without the states that none of them is in. */
  readonly byState: readonly { readonly state: AgentStateName; readonly count: number }[]
}

export interface Grouping {
  /** A label, or a key that selectors have built in: `platform`, `app`. */
  readonly label: string
  /** Only these agents; empty: all. SELECTOR_INVALID where it is none. */
  readonly selector: string
  readonly most: number
  /** Only what somebody may see; absent: all. */
  readonly visible?: Visible
}

/**
 * Returns the agents that were not removed by their values of a label, the largest group first; an agent with several apps is in several
 * groups of `app`. What is counted is agents as they are: each is looked at once, by the terms that selectors go by.
 */
export async function groupAgents(pool: pg.Pool, schema: string, { label, selector, most, visible }: Grouping): Promise<readonly AgentGroup[]> {
  if (!isStorable(label)) return []
  const conditions = termConditions([], [[parseSelector(selector)], ...visibleAgents(visible)])
  conditions.add(`terms ? ${conditions.value(JSON.stringify([label]))}`)
  // A term is `["label","value"]`: of its text all up to the value is the same for all of them.
  const prefix = conditions.value(JSON.stringify({ prefix: `${JSON.stringify([label]).slice(0, -1)},` }))
  const limit = conditions.value(most)
  const text = `with valued as (
      select (term #>> '{}')::jsonb ->> 1 as value, state
        from ${schema}.agent_terms t join ${schema}.agents a on a.id = t.id,
          lateral jsonb_path_query(terms, '$[*] ? (@ starts with $prefix)', ${prefix}::jsonb) as term
        ${conditions.with([`state <> 'REMOVED'`]).where}
    ), largest as (
      select value, count(*) as agents from valued group by value order by agents desc, value limit ${limit}::int
    )
    select value, state, count(*)::int as count from valued join largest using (value) group by value, state, agents order by agents desc, value, state`
  const { rows } = await pool.query<{ value: string; state: AgentStateName; count: number }>(text, conditions.values)
  return [...Map.groupBy(rows, ({ value }) => value)].map(([value, states]) => ({
    value,
    agents: states.reduce((sum, { count }) => sum + count, 0),
    byState: states.map(({ state, count }) => ({ state, count })),
  }))
}
