import type { Selector } from '../../domain/selectors/selector.ts'
import { Conditions } from '../paging/conditions.ts'
import { addSelector } from './agent-terms.ts'

/** Of each group, one selector at least selects the agent. An empty group: there is no such agent. No group: all agents. */
export type SelectorGroups = readonly (readonly Selector[])[]

/** Some agents next to a place in the list, looked at before all others. */
export interface Nearest {
  /** Exclusive; null: from the end of the list. */
  readonly before: number | null
  readonly count: number
}

/**
 * Adds, over column `first_sequence`, that an agent is selected; nothing if all are. The agents are found first, by their terms alone, and then
 * looked up by their places, which an index gives in order. A join was rejected: terms come together (an app is only where `env=test`), the
 * planner takes them for independent, and walked through 50 000 agents, with a lookup for each, for a page that stayed empty (0.8 s).
 */
export function addSelected(conditions: Conditions, schema: string, groups: SelectorGroups, nearest: Nearest | null = null): void {
  const selected = termConditions(conditions.values, groups)
  if (selected.isEmpty) return
  const table = nearest === null ? `${schema}.agent_terms` : `(${nearestTerms(conditions, schema, nearest)}) as near`
  conditions.add(`first_sequence = any(array(select first_sequence from ${table} ${selected.where}))`)
}

/** Adds the same for agents that are found otherwise: by their names, or beside an `or`, where an array would be looked through for each. */
export function addIsSelected(conditions: Conditions, schema: string, groups: SelectorGroups): void {
  const selected = termConditions(conditions.values, groups)
  if (!selected.isEmpty) conditions.add(`first_sequence in (select first_sequence from ${schema}.agent_terms ${selected.where})`)
}

/** Returns conditions over column `terms` of `agent_terms`, with values after these. */
export function termConditions(values: unknown[], groups: SelectorGroups): Conditions {
  const conditions = new Conditions(values)
  for (const group of groups) {
    // Before a value is added: the query must use each.
    if (group.some(({ terms }) => terms.length === 0)) continue
    const parts = group.map((selector) => {
      const part = new Conditions(values)
      addSelector(part, selector)
      return group.length === 1 ? part.text : `(${part.text})`
    })
    conditions.add(parts.length > 1 ? `(${parts.join(' or ')})` : (parts[0] ?? 'false'))
  }
  return conditions
}

function nearestTerms(conditions: Conditions, schema: string, { before, count }: Nearest): string {
  const place = before === null ? '' : `where first_sequence < ${conditions.value(before)}::int8`
  return `select first_sequence, terms from ${schema}.agent_terms ${place} order by first_sequence desc limit ${count}`
}
