import type { Actor } from '@elves/schemas/generated/types.ts'
import { RE2JS } from 're2js'
import { type GuardEvent, type GuardSettings, guardOutcomes } from '../domain/guard/guard.ts'
import { hasName } from '../domain/scope.ts'
import type { RecordedEvent } from '../eventing/event-store.ts'
import type { Position } from '../eventing/position.ts'
import { endOfString } from '../foundation/json-text.ts'

/** A guard as its last event tells. */
export interface KnownGuard extends GuardSettings {
  readonly id: string
  /** ms since the epoch. */
  readonly setAt: number
  readonly setBy: Actor
  readonly position: Position
  readonly version: number
}

/** What a guard is of, and the guard; null: it was removed. */
export interface FollowedGuard {
  readonly id: string
  readonly app: string
  readonly name: string
  readonly guard: KnownGuard | null
}

/** The one fold of a guard: each event says all of it. */
export function evolveGuard(_before: FollowedGuard | null, id: string, recorded: RecordedEvent<GuardEvent>): FollowedGuard {
  const { event, recordedAt, context, position, version } = recorded
  const { app, name } = event.data
  if (event.type === 'GuardRemoved') return { id, app, name, guard: null }
  return { id, app, name, guard: { id, ...event.data, setAt: recordedAt, setBy: context.actor, position, version } }
}

/** A call as somebody asks for it; `param` is JSON text. */
export interface GuardedCall {
  readonly app: string
  readonly func: string
  readonly param: string | null
}

const compiled = new WeakMap<KnownGuard, (text: string) => boolean>()

/** Says whether a guard looks out for a call. No parameter is the empty text. */
export function looksOutFor(guard: KnownGuard, { app, func, param }: GuardedCall): boolean {
  if ((guard.app !== '*' && guard.app !== app) || !hasName(guard.funcs, func)) return false
  if (guard.pattern === null) return true
  const finds = compiled.get(guard) ?? compile(guard)
  return textsOf(param).some(finds)
}

/** A pattern that this release can not compile looks out for everything. */
function compile(guard: KnownGuard): (text: string) => boolean {
  let finds: (text: string) => boolean
  try {
    const pattern = RE2JS.compile(guard.pattern ?? '')
    finds = (text) => pattern.matcher(text).find()
  } catch {
    finds = () => true
  }
  compiled.set(guard, finds)
  return finds
}

/**
 * The text as it was sent, as JSON without needless escapes and blanks, and each text in it as a worker gets it. A key that occurs twice is
 * looked at twice: some workers take the first value, others the last.
 */
function textsOf(param: string | null): readonly string[] {
  if (param === null) return ['']
  try {
    const plain = JSON.stringify(JSON.parse(param))
    const { text, strings } = withoutEscapes(param)
    return [...new Set([param, plain, text]), ...(param.includes('\\') || param.startsWith('"') ? strings : [])]
  } catch {
    return [param]
  }
}

/** Returns valid JSON with each text and name as it is written at its shortest, all members of its objects, and the texts and names. */
function withoutEscapes(json: string): { readonly text: string; readonly strings: readonly string[] } {
  const parts: string[] = []
  const strings: string[] = []
  let from = 0
  for (let at = json.indexOf('"'); at >= 0; at = json.indexOf('"', from)) {
    const end = endOfString(json, at)
    const value = JSON.parse(json.slice(at, end)) as string
    parts.push(json.slice(from, at).replaceAll(/\s/g, ''), JSON.stringify(value))
    strings.push(value)
    from = end
  }
  parts.push(json.slice(from).replaceAll(/\s/g, ''))
  return { text: parts.join(''), strings }
}

/** What a guard does; an outcome of a later release is the strictest one. */
export function outcomeOf({ outcome }: Pick<GuardSettings, 'outcome'>): 'WARN' | 'REFUSE' | 'APPROVE' {
  return guardOutcomes.find((known) => known === outcome) ?? 'REFUSE'
}
