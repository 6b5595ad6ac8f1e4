import { builtInKeys, isBuiltInKey, type SelectableAgent, type Selector, type SelectorTerm } from '../../domain/selectors/selector.ts'
import type { Conditions } from '../paging/conditions.ts'

/**
 * What a selector may ask an agent for, as texts that an index has: one for each key that the agent has, and one for each value of
 * it. A text is a JSON array, so no two of them can be confused, and Postgres can hold any. The migrations spell them in the same way.
 */
export function termsOf(agent: SelectableAgent): readonly string[] {
  const builtIn = builtInKeys.flatMap((key) => (key === 'app' ? agent.apps : [agent[key]].filter((text) => text !== '')).map((text) => [key, text]))
  const labels = Object.entries(agent.labels).filter(([key]) => !isBuiltInKey(key))
  const terms = [...builtIn, ...labels].flatMap(([key = '', value = '']) => [keyTerm(key), valueTerm(key, value)])
  return [...new Set(terms)].sort()
}

/** What an agent has that told of an app. */
export function appTerm(app: string): string {
  return valueTerm('app', app)
}

function keyTerm(key: string): string {
  return JSON.stringify([key])
}

function valueTerm(key: string, value: string): string {
  return JSON.stringify([key, value])
}

/** Adds what a selector asks for, as conditions over column `terms`. They are true of the agents that `selects` is true of. */
export function addSelector(conditions: Conditions, { terms }: Selector): void {
  for (const term of terms) conditions.add(conditionOf(term, conditions))
}

function conditionOf({ key, operator, values }: SelectorTerm, conditions: Conditions): string {
  const held = () => `terms ? ${conditions.value(keyTerm(key))}`
  const hasAny = () => `terms ?| ${conditions.value(values.map((value) => valueTerm(key, value)))}::text[]`
  switch (operator) {
    case 'IN':
      return hasAny()
    case 'NOT_IN':
      return `not (${hasAny()})`
    case 'EXISTS':
      return held()
    case 'NOT_EXISTS':
      return `not (${held()})`
  }
}
