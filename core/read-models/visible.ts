import type pg from 'pg'
import { type SelectableAgent, type Selector, selects } from '../domain/selectors/selector.ts'
import { type SelectorGroups, termConditions } from './agents/selected.ts'
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

/** A part of what somebody may see of tasks. */
export interface VisibleTasks extends VisibleScope {
  /** The ids of what its selector selects, if these are few; null: they are not, or the selector has no terms. */
  readonly agentIds: readonly string[] | null
}

/** Agents up to which the tasks of a part are found by their agents; of more, those of a page are soon found by going through the newest. */
const fewAgents = 200

/** Looks up the agents of each part. */
export function visibleTasks(pool: pg.Pool, schema: string, visible: Visible): Promise<readonly VisibleTasks[]> {
  return Promise.all(
    visible.map(async (scope) => {
      const selected = termConditions([], [[scope.selector]])
      if (selected.isEmpty) return { ...scope, agentIds: null }
      const text = `select id from ${schema}.agent_terms ${selected.where} limit ${fewAgents + 1}`
      const { rows } = await pool.query<{ id: string }>(text, selected.values)
      return { ...scope, agentIds: rows.length > fewAgents ? null : rows.map(({ id }) => id) }
    }),
  )
}

/** Adds that a row of a table with columns `app` and `agent_id` is of an app and an agent that somebody may see. */
export function addVisibleTasks(conditions: Conditions, schema: string, visible: readonly VisibleTasks[]): void {
  // Before a value is added: the query must use each.
  if (visible.some(({ apps, selector }) => apps === null && selector.terms.length === 0)) return
  const parts = visible.map(({ apps, selector, agentIds }) => {
    const part = new Conditions(conditions.values)
    if (apps) part.anyOf('app', apps)
    if (agentIds) part.anyOfHashed('agent_id', agentIds)
    else {
      const selected = termConditions(conditions.values, [[selector]])
      // In this form the planner expects to find what it looks for soon. It knows little of terms: of 500 agents it expected 5, and read all tasks.
      if (!selected.isEmpty) part.add(`coalesce(agent_id in (select id from ${schema}.agent_terms ${selected.where}), false)`)
    }
    return `(${part.text})`
  })
  conditions.add(parts.length === 0 ? 'false' : `(${parts.join(' or ')})`)
}

/** Returns the selectors of what somebody may see, of whatever app: one of them must select an agent. */
export function visibleAgents(visible: Visible | null | undefined): SelectorGroups {
  return visible ? [visible.map(({ selector }) => selector)] : []
}

/** Adds that an app, by this column, is one of which somebody may see something. */
export function addVisibleApps(conditions: Conditions, column: string, visible: Visible): void {
  if (visible.some(({ apps }) => apps === null)) return
  conditions.anyOf(
    column,
    visible.flatMap(({ apps }) => apps ?? []),
  )
}

/**
 * Adds that somebody may see a task of a queue of the table `queues`; of a queue without tasks its app decides. All that is shown of a queue is
 * its name, its state, and the tasks that he may see.
 */
export function addVisibleQueues(conditions: Conditions, schema: string, visible: readonly VisibleTasks[]): void {
  if (visible.some(({ apps, selector }) => apps === null && selector.terms.length === 0)) return
  const [ofTask, ofApp] = [new Conditions(conditions.values), new Conditions(conditions.values)]
  ofTask.add('queue_id = queues.id')
  addVisibleTasks(ofTask, schema, visible)
  addVisibleApps(ofApp, 'queues.app', visible)
  const isEmpty = `not exists (select from ${schema}.tasks where queue_id = queues.id)`
  const ofEmpty = [isEmpty, ofApp.text].filter((text) => text !== '').join(' and ')
  conditions.add(`(exists (select from ${schema}.tasks ${ofTask.where}) or (${ofEmpty}))`)
}

/** Says whether an app on an agent is in one part of what somebody may see. */
export function maySeeApp(visible: Visible | null, app: string, agent: SelectableAgent): boolean {
  return visible === null || visible.some(({ apps, selector }) => (apps === null || apps.includes(app)) && selects(selector, agent))
}

/** Says whether somebody may see something of an app, on whatever agent. */
export function mayKnowApp(visible: Visible | null, app: string): boolean {
  return visible === null || visible.some(({ apps }) => apps === null || apps.includes(app))
}

export function mayList(visible: Visible, agent: SelectableAgent): boolean {
  return visible.some(({ selector }) => selects(selector, agent))
}
