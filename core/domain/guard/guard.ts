import { createHash } from 'node:crypto'
import { RE2JS } from 're2js'
import { aggregate, type EventOf } from '../aggregate.ts'
import { isAppName } from '../app/app.ts'
import { type Decision, type Rejection, rejection } from '../decision.ts'
import { taskLimits } from '../task/limits.ts'
import { checkText } from '../task/request.ts'

/** Events of stream `guard-<hash>`. */
export type GuardEvent = EventOf<'guard'>

export const guardOutcomes = ['WARN', 'REFUSE', 'APPROVE'] as const
export type GuardOutcome = (typeof guardOutcomes)[number]

/** Which calls of an app a guard looks out for, and what happens to them. */
export interface GuardSettings {
  /** `*` is every app. */
  readonly app: string
  readonly name: string
  /** `*` is every function. */
  readonly funcs: readonly string[]
  /** A pattern of RE2; null: whatever the parameter is. */
  readonly pattern: string | null
  readonly outcome: string
  readonly message: string
  readonly approvalMs: number
}

export interface GuardState {
  /** Null: there is none. */
  readonly settings: GuardSettings | null
}

export interface SetGuard extends GuardSettings {
  readonly type: 'SetGuard'
}

export interface RemoveGuard {
  readonly type: 'RemoveGuard'
  readonly app: string
  readonly name: string
}

export type GuardCommand = SetGuard | RemoveGuard

const guardBounds = { nameLength: 64, patternLength: 1_000, messageLength: 1_000, funcs: 100, leastApprovalMs: 1_000 } as const

const namePattern = /^[A-Za-z0-9][\w.-]*$/
const initialState: GuardState = { settings: null }

/** Looks out for calls of an app that are dangerous. Each is a stream, so the last word about it holds. */
export const guardAggregate = aggregate({ name: 'guard', prefix: 'guard-', decider: { initialState, decide, evolve } })

export function guardIdOf({ app, name }: { readonly app: string; readonly name: string }): string {
  return createHash('sha256')
    .update(JSON.stringify([app, name]))
    .digest('hex')
    .slice(0, 16)
    .toUpperCase()
}

function decide(command: GuardCommand, { settings }: GuardState): Decision<GuardEvent> {
  const { app, name } = command
  if (command.type === 'RemoveGuard') {
    return settings === null
      ? rejection('GUARD_UNKNOWN', 'the app has no guard of this name', 'name')
      : [{ type: 'GuardRemoved', data: { app, name } }]
  }
  const { type: _, ...wanted } = command
  const wrong = checkGuard(wanted)
  if (wrong) return wrong
  const plain = { ...wanted, funcs: wanted.funcs.includes('*') ? ['*'] : [...new Set(wanted.funcs)].sort() }
  return JSON.stringify(inOrder(plain)) === JSON.stringify(settings && inOrder(settings)) ? [] : [{ type: 'GuardSet', data: plain }]
}

function inOrder({ app, name, funcs, pattern, outcome, message, approvalMs }: GuardSettings): readonly unknown[] {
  return [app, name, funcs, pattern, outcome, message, approvalMs]
}

function checkGuard({ app, name, funcs, pattern, outcome, message, approvalMs }: GuardSettings): Rejection | null {
  if (app !== '*' && !isAppName(app)) return invalid('app is the name of an app, or * for every app', 'app')
  if (name.length > guardBounds.nameLength || !namePattern.test(name)) {
    return invalid(`a name has 1 to ${guardBounds.nameLength} letters of ASCII, digits, _ . and -, the first no sign`, 'name')
  }
  if (funcs.length < 1 || funcs.length > guardBounds.funcs || funcs.some((func) => func.trim() === '' || func.length > taskLimits.funcLength)) {
    return invalid(`funcs has 1 to ${guardBounds.funcs} names, or * for every function`, 'funcs')
  }
  if (!(guardOutcomes as readonly string[]).includes(outcome)) return invalid(`outcome is one of ${guardOutcomes.join(', ')}`, 'outcome')
  if (message.length > guardBounds.messageLength) return invalid(`a message has at most ${guardBounds.messageLength} characters`, 'message')
  if (!Number.isInteger(approvalMs) || approvalMs < guardBounds.leastApprovalMs || approvalMs > taskLimits.startWithinMs) {
    return invalid(`approvalMs is a whole number from ${guardBounds.leastApprovalMs} to ${taskLimits.startWithinMs}`, 'approvalMs')
  }
  return checkText('message', message) ?? checkText('funcs', funcs.join('')) ?? checkPattern(pattern)
}

function checkPattern(pattern: string | null): Rejection | null {
  if (pattern === null) return null
  if (pattern.length > guardBounds.patternLength) return invalid(`a pattern has at most ${guardBounds.patternLength} characters`, 'pattern')
  const text = checkText('pattern', pattern)
  if (text) return text
  try {
    RE2JS.compile(pattern)
    return null
  } catch (error) {
    return invalid(`the pattern is none of RE2: ${(error as Error).message.slice(0, 200)}`, 'pattern')
  }
}

function invalid(message: string, field: string): Rejection {
  return rejection('GUARD_INVALID', message, field)
}

function evolve(_state: GuardState, event: GuardEvent): GuardState {
  switch (event.type) {
    case 'GuardSet':
      return { settings: event.data }
    case 'GuardRemoved':
      return { settings: null }
  }
}
