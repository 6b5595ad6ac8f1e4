import { ElvesError } from '../foundation/errors.ts'
import { type Rejection, rejection } from './decision.ts'
import { describeSelector, parseSelector } from './selectors/selector.ts'
import { checkText } from './task/request.ts'

/** Over what something is allowed. */
export interface Scope {
  /** Names of apps; `*` is all. */
  readonly apps: readonly string[]
  /** Names of functions; `*` is all. */
  readonly funcs: readonly string[]
  /** A selector as text; empty is all agents. */
  readonly agents: string
  /** Names of secrets; `*` is all. */
  readonly secrets: readonly string[]
}

export const everywhere: Scope = { apps: ['*'], funcs: ['*'], agents: '', secrets: ['*'] }

const scopeLimits = { names: 100, nameLength: 256 } as const

/** Returns why this is no scope, or null. */
export function checkScope({ apps, funcs, agents, secrets }: Scope): Rejection | null {
  return checkNames('apps', apps) ?? checkNames('funcs', funcs) ?? checkSelector(agents) ?? checkNames('secrets', secrets)
}

/** Returns why these are no names of a scope, or null. */
export function checkNames(field: 'apps' | 'funcs' | 'secrets', names: readonly string[]): Rejection | null {
  if (names.length < 1 || names.length > scopeLimits.names) return invalid(`${field} has 1 to ${scopeLimits.names} names, or * for all`, field)
  for (const name of names) {
    if (name.trim() === '' || name.length > scopeLimits.nameLength)
      return invalid(`a name in ${field} has 1 to ${scopeLimits.nameLength} characters`, field)
    const text = checkText(field, name)
    if (text) return text
    if (name !== '*' && name.includes('*')) return invalid(`a name in ${field} is a whole name, or * for all`, field)
  }
  return null
}

function checkSelector(agents: string): Rejection | null {
  const text = checkText('agents', agents)
  if (text) return text
  try {
    parseSelector(agents)
    return null
  } catch (error) {
    if (error instanceof ElvesError && error.code === 'SELECTOR_INVALID') return rejection('SELECTOR_INVALID', error.message, 'agents')
    throw error
  }
}

function invalid(message: string, field: string): Rejection {
  return rejection('SCOPE_INVALID', message, field)
}

/** Returns a scope in one form: no name twice, `*` alone, the selector as `describeSelector` writes it. */
export function plainScope({ apps, funcs, agents, secrets }: Scope): Scope {
  return { apps: plainNames(apps), funcs: plainNames(funcs), agents: describeSelector(parseSelector(agents)), secrets: plainNames(secrets) }
}

/** Returns names in one form: none twice, `*` alone. */
export function plainNames(names: readonly string[]): readonly string[] {
  return names.includes('*') ? ['*'] : [...new Set(names)].sort()
}

/**
 * Returns true if all that `inner` is over is also in `outer`, whatever agents there are. It looks at the terms of the selectors only, so it
 * may say no of two that select the same agents: never yes of one that selects more.
 */
export function covers(outer: Scope, inner: Scope, parts: readonly (keyof Scope)[] = ['apps', 'funcs', 'agents', 'secrets']): boolean {
  return parts.every((part) => (part === 'agents' ? selectsLess(inner.agents, outer.agents) : hasAllNames(outer[part], inner[part])))
}

/** Returns true if these names of a scope have a name, each by itself or all by `*`. */
export function hasName(names: readonly string[], name: string): boolean {
  return names.includes('*') || names.includes(name)
}

function hasAllNames(outer: readonly string[], inner: readonly string[]): boolean {
  return inner.every((name) => hasName(outer, name))
}

/** Each term of the wider selector must be a term of the narrower one. */
function selectsLess(narrow: string, wide: string): boolean {
  // Most grants are over all agents.
  if (wide === '') return true
  const terms = new Set(parseSelector(narrow).terms.map((term) => describeSelector({ terms: [term] })))
  return parseSelector(wide).terms.every((term) => terms.has(describeSelector({ terms: [term] })))
}
