import { type SelectableAgent, type Selector, selects } from '../domain/selectors/selector.ts'
import { addSelector } from './agents/agent-terms.ts'
import { Conditions } from './paging/conditions.ts'

/** A part of what somebody may see. */
export interface VisibleScope {
  /** Names of apps; null: all. */
  readonly apps: readonly string[] | null
  /** Without terms: all agents. */
  readonly selector: Selector
}

/** The parts that together are all that somebody may see; none of them: nothing. */
export type Visible = readonly VisibleScope[]

/** Adds that a row of a table with columns `app` and `agent_id` is of an app and an agent that somebody may see. */
export function addVisibleTasks(conditions: Conditions, schema: string, visible: Visible): void {
  // Before a value is added: the query must use each.
  if (visible.some(({ apps, selector }) => apps === null && selector.terms.length === 0)) return
  const parts = visible.map(({ apps, selector }) => {
    const part = new Conditions(conditions.values)
    if (apps) part.anyOf('app', apps)
    if (selector.terms.length > 0) part.add(`agent_id in (${selectedIds(conditions, schema, selector)})`)
    return part.texts.join(' and ')
  })
  addAny(conditions, parts)
}

/** Adds that an agent, by column `id`, is one that somebody may see, with whatever app. */
export function addVisibleAgents(conditions: Conditions, schema: string, visible: Visible): void {
  if (visible.some(({ selector }) => selector.terms.length === 0)) return
  const parts = visible.map(({ selector }) => `id in (${selectedIds(conditions, schema, selector)})`)
  addAny(conditions, parts)
}

/** Says whether an app on an agent is in one part of what somebody may see. */
export function maySeeApp(visible: Visible | null, app: string, agent: SelectableAgent): boolean {
  return visible === null || visible.some(({ apps, selector }) => (apps === null || apps.includes(app)) && selects(selector, agent))
}

export function mayList(visible: Visible, agent: SelectableAgent): boolean {
  return visible.some(({ selector }) => selects(selector, agent))
}

function addAny(conditions: Conditions, parts: readonly string[]): void {
  conditions.add(parts.length === 0 ? 'false' : `(${parts.map((part) => `(${part})`).join(' or ')})`)
}

function selectedIds(conditions: Conditions, schema: string, selector: Selector): string {
  const selected = new Conditions(conditions.values)
  addSelector(selected, selector)
  return `select id from ${schema}.agent_terms ${selected.where}`
}
