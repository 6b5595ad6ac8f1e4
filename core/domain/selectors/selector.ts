import { SelectorTokens, selectorInvalid, unexpectedToken } from './selector-tokens.ts'

/** What a selector asks of an agent. A list that was empty in the log is empty here, never absent. */
export interface SelectableAgent {
  readonly id: string
  /** Empty: it has none. */
  readonly ip: string
  readonly name: string
  /** Operating system and architecture, for example linux-x64. */
  readonly platform: string
  readonly version: string
  /** Names of the apps that it has. */
  readonly apps: readonly string[]
  readonly labels: Readonly<Record<string, string>>
}

/** What an agent is asked for by a name of its own. A label of the same name can not be asked for. */
export const builtInKeys = ['id', 'ip', 'name', 'platform', 'version', 'app'] as const
export type BuiltInKey = (typeof builtInKeys)[number]

/**
 * One term. IN: a value of the key is among `values`. NOT_IN: none is, which is also true of an agent without the key, as in
 * Kubernetes. EXISTS and NOT_EXISTS have no values.
 */
export interface SelectorTerm {
  readonly key: string
  readonly operator: 'IN' | 'NOT_IN' | 'EXISTS' | 'NOT_EXISTS'
  readonly values: readonly string[]
}

/** Which agents: those of which every term is true. No term: all agents. */
export interface Selector {
  readonly terms: readonly SelectorTerm[]
}

/** Characters of a selector, and terms in it. */
export const selectorLimits = { length: 16_384, terms: 64 } as const

export function isBuiltInKey(key: string): key is BuiltInKey {
  return builtInKeys.some((known) => known === key)
}

/**
 * Parses a label selector with the syntax of Kubernetes: terms with commas between them, of which all must be true. Names and
 * values may be any words, also Chinese ones; a text with spaces or signs in it stands in double quotes. Empty selects all.
 *
 * Throws SELECTOR_INVALID with the place: `at` in its facts, from 0.
 */
export function parseSelector(text: string): Selector {
  if (text.length > selectorLimits.length) {
    throw selectorInvalid(`the selector has ${text.length} characters, at most ${selectorLimits.length} are allowed`, selectorLimits.length)
  }
  const tokens = new SelectorTokens(text)
  const terms: SelectorTerm[] = []
  if (tokens.isAtEnd()) return { terms }
  do {
    if (terms.length === selectorLimits.terms) throw selectorInvalid(`more than ${selectorLimits.terms} terms`, tokens.next.at)
    terms.push(parseTerm(tokens))
  } while (tokens.takes(','))
  if (!tokens.isAtEnd()) throw unexpectedToken(tokens.next, 'a comma or the end')
  return { terms }
}

function parseTerm(tokens: SelectorTokens): SelectorTerm {
  if (tokens.takes('!')) return { key: tokens.takeText('a key'), operator: 'NOT_EXISTS', values: [] }
  const key = tokens.takeText('a key')
  if (tokens.takes('=') || tokens.takes('==')) return { key, operator: 'IN', values: [tokens.takeValue()] }
  if (tokens.takes('!=')) return { key, operator: 'NOT_IN', values: [tokens.takeValue()] }
  if (tokens.takesWord('in')) return { key, operator: 'IN', values: parseValues(tokens) }
  if (tokens.takesWord('notin')) return { key, operator: 'NOT_IN', values: parseValues(tokens) }
  if (!tokens.isAtEnd() && !tokens.isAt(',')) throw unexpectedToken(tokens.next, '=, ==, !=, in, notin, a comma or the end')
  return { key, operator: 'EXISTS', values: [] }
}

function parseValues(tokens: SelectorTokens): readonly string[] {
  if (!tokens.takes('(')) throw unexpectedToken(tokens.next, '( and values')
  if (tokens.isAt(')')) throw unexpectedToken(tokens.next, 'a value')
  const values = new Set<string>()
  do values.add(tokens.takeValue())
  while (tokens.takes(','))
  if (!tokens.takes(')')) throw unexpectedToken(tokens.next, 'a comma or )')
  return [...values]
}

/** Returns true if the selector selects this agent. */
export function selects({ terms }: Selector, agent: SelectableAgent): boolean {
  return terms.every((term) => isTrueOf(term, valuesOf(term.key, agent)))
}

function isTrueOf({ operator, values }: SelectorTerm, held: readonly string[]): boolean {
  switch (operator) {
    case 'IN':
      return held.some((value) => values.includes(value))
    case 'NOT_IN':
      return !held.some((value) => values.includes(value))
    case 'EXISTS':
      return held.length > 0
    case 'NOT_EXISTS':
      return held.length === 0
  }
}

/** The values that an agent has of a key: none, one, or one for each of its apps. */
function valuesOf(key: string, agent: SelectableAgent): readonly string[] {
  if (isBuiltInKey(key)) {
    if (key === 'app') return agent.apps
    return agent[key] === '' ? [] : [agent[key]]
  }
  return Object.hasOwn(agent.labels, key) ? [agent.labels[key] as string] : []
}

/** Returns a selector as text of one form, which parses to the same selector: `env=prod,region in (eu,us),!canary`. */
export function describeSelector({ terms }: Selector): string {
  return terms.map(describeTerm).join(',')
}

function describeTerm({ key, operator, values }: SelectorTerm): string {
  const name = quoted(key)
  const [only = ''] = values
  switch (operator) {
    case 'IN':
      return values.length === 1 ? `${name}=${quoted(only)}` : `${name} in (${values.map(quoted).join(',')})`
    case 'NOT_IN':
      return values.length === 1 ? `${name}!=${quoted(only)}` : `${name} notin (${values.map(quoted).join(',')})`
    case 'EXISTS':
      return name
    case 'NOT_EXISTS':
      return `!${name}`
  }
}

const plainWord = /^[^\s,=!()<>"]+$/u

function quoted(text: string): string {
  return plainWord.test(text) ? text : `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`
}
