import { createHash } from 'node:crypto'
import { aggregate, type EventOf } from '../aggregate.ts'
import { type Decision, type Rejection, rejection } from '../decision.ts'
import { checkText } from '../task/request.ts'

/** Events of stream `limit-<hash>`. */
export type LimitEvent = EventOf<'limit'>

/** What can be limited. */
const limitedKinds = ['USER', 'AUTH_KEY', 'APP', 'AGENT'] as const
export type LimitedKind = (typeof limitedKinds)[number]

/** What a limit is of: `of` is an id or a name, `*` each that has no limit of its own. */
export interface Limited {
  readonly kind: string
  readonly of: string
}

/** Null: any number. */
export interface LimitNumbers {
  readonly openTasks: number | null
  readonly tasksPerHour: number | null
  readonly runningTasks: number | null
}

export interface LimitState {
  /** Null: nothing is limited. */
  readonly numbers: LimitNumbers | null
}

export interface SetLimit extends Limited, LimitNumbers {
  readonly type: 'SetLimit'
}

export interface RemoveLimit extends Limited {
  readonly type: 'RemoveLimit'
}

export type LimitCommand = SetLimit | RemoveLimit

const limitNames = ['openTasks', 'tasksPerHour', 'runningTasks'] as const
const limitBounds = { most: 1_000_000_000, ofLength: 256 } as const

const initialState: LimitState = { numbers: null }

/** How much a user, an auth key, an app or an agent may have. Each is a stream, so the last word about it holds. */
export const limitAggregate = aggregate({ name: 'limit', prefix: 'limit-', decider: { initialState, decide, evolve } })

/** The id is hashed, because names of apps may be long. */
export function limitIdOf({ kind, of }: Limited): string {
  return createHash('sha256')
    .update(JSON.stringify([kind, of]))
    .digest('hex')
    .slice(0, 16)
    .toUpperCase()
}

function decide(command: LimitCommand, { numbers }: LimitState): Decision<LimitEvent> {
  const { kind, of } = command
  if (!(limitedKinds as readonly string[]).includes(kind)) return invalid(`a limit is of one of ${limitedKinds.join(', ')}`, 'kind')
  if (of === '' || of.length > limitBounds.ofLength) return invalid(`what is limited has an id of 1 to ${limitBounds.ofLength} characters`, 'of')
  const text = checkText('of', of)
  if (text) return text
  if (command.type === 'RemoveLimit') {
    return numbers === null ? rejection('LIMIT_UNKNOWN', `there is no limit of ${kind} ${of}`, 'of') : [{ type: 'LimitRemoved', data: { kind, of } }]
  }
  const wanted = limitNumbersOf(command)
  for (const name of limitNames) {
    const most = wanted[name]
    if (most !== null && (!Number.isInteger(most) || most < 0 || most > limitBounds.most)) {
      return invalid(`${name} is a whole number from 0 to ${limitBounds.most}`, name)
    }
  }
  if (limitNames.every((name) => wanted[name] === null)) return invalid('a limit limits at least one number; removeLimit takes it away', 'openTasks')
  const isSame = numbers !== null && limitNames.every((name) => numbers[name] === wanted[name])
  return isSame ? [] : [{ type: 'LimitSet', data: { kind, of, ...wanted } }]
}

export function limitNumbersOf({ openTasks, tasksPerHour, runningTasks }: LimitNumbers): LimitNumbers {
  return { openTasks, tasksPerHour, runningTasks }
}

function invalid(message: string, field: string): Rejection {
  return rejection('LIMIT_INVALID', message, field)
}

function evolve(_state: LimitState, event: LimitEvent): LimitState {
  switch (event.type) {
    case 'LimitSet':
      return { numbers: limitNumbersOf(event.data) }
    case 'LimitRemoved':
      return { numbers: null }
  }
}
