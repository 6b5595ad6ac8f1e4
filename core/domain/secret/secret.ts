import { createHash } from 'node:crypto'
import { secretNamePattern } from '@elves/schemas/link/secret-references.ts'
import { aggregate, type EventOf } from '../aggregate.ts'
import { type Decision, type Rejection, rejection } from '../decision.ts'
import { checkNames, plainNames } from '../scope.ts'
import { checkIdempotencyKey, checkReason, checkText } from '../task/request.ts'

/** Events of stream `secret-<id>`. */
export type SecretEvent = EventOf<'secret'>

export interface SecretState {
  /** DELETED: another secret of the name may be made. */
  readonly phase: 'NONE' | 'CURRENT' | 'DELETED'
  readonly name: string
  /** Apps whose tasks may use it; `*` is all. */
  readonly apps: readonly string[]
  /** Number of its value; 0: it never had one. */
  readonly version: number
  /** Names its value. */
  readonly valueId: string
  /** Names of the values that it had, the last ones. */
  readonly formerIds: readonly string[]
  /** Of the request that made it, or gave it its value. */
  readonly valueKey: string | null
}

export interface CreateSecret {
  readonly type: 'CreateSecret'
  readonly name: string
  readonly apps: readonly string[]
  readonly valueId: string
  readonly idempotencyKey: string | null
}

export interface RotateSecret {
  readonly type: 'RotateSecret'
  readonly valueId: string
  readonly idempotencyKey: string | null
}

export interface ChangeSecret {
  readonly type: 'ChangeSecret'
  readonly apps: readonly string[]
}

export interface DeleteSecret {
  readonly type: 'DeleteSecret'
  readonly reason: string | null
}

/** The value of a version was sealed under another master key. */
export interface TellSealedAnew {
  readonly type: 'TellSealedAnew'
  readonly valueId: string
}

export type SecretCommand = CreateSecret | RotateSecret | ChangeSecret | DeleteSecret | TellSealedAnew

/** Lengths of a value in bytes of UTF-8. What is shorter can't be told from other text, so it could not be masked. */
const secretLimits = { nameLength: 128, leastBytes: 4, mostBytes: 16_384 } as const

const formerKept = 100
const initialState: SecretState = { phase: 'NONE', name: '', apps: [], version: 0, valueId: '', formerIds: [], valueKey: null }

/** Values that tasks use and nobody is shown. */
export const secretAggregate = aggregate({ name: 'secret', prefix: 'secret-', decider: { initialState, decide, evolve } })
export const secretStream = secretAggregate.streamOf

/** Returns the id of the secret with a name, so that names are unique. */
export function secretIdOf(name: string): string {
  return createHash('sha256').update(`elves secret\n${name}`).digest('hex').slice(0, 16).toUpperCase()
}

/** Returns why this can't be the value of a secret, or null. */
export function checkSecretValue(value: string): Rejection | null {
  const bytes = Buffer.byteLength(value)
  if (bytes < secretLimits.leastBytes || bytes > secretLimits.mostBytes) {
    return invalid(`a value has ${secretLimits.leastBytes} to ${secretLimits.mostBytes} bytes`, 'value')
  }
  return value.includes('\0') ? invalid('a value has no NUL', 'value') : checkText('value', value)
}

function decide(command: SecretCommand, state: SecretState): Decision<SecretEvent> {
  if (command.type === 'CreateSecret') return create(command, state)
  if (command.type === 'TellSealedAnew') {
    return state.phase === 'CURRENT' && state.valueId === command.valueId ? [{ type: 'SecretSealedAnew', data: { version: state.version } }] : []
  }
  if (state.phase === 'NONE') return unknownSecret()
  switch (command.type) {
    case 'RotateSecret':
      return rotate(command, state)
    case 'ChangeSecret': {
      if (state.phase === 'DELETED') return unknownSecret()
      const apps = plainNames(command.apps)
      return checkNames('apps', command.apps) ?? (isSame(apps, state.apps) ? [] : [{ type: 'SecretChanged', data: { apps } }])
    }
    case 'DeleteSecret':
      if (state.phase === 'DELETED') return []
      return checkText('reason', command.reason) ?? checkReason(command.reason) ?? [{ type: 'SecretDeleted', data: { reason: command.reason } }]
  }
}

function create({ name, apps: given, valueId, idempotencyKey }: CreateSecret, state: SecretState): Decision<SecretEvent> {
  const apps = plainNames(given)
  if (state.phase === 'CURRENT') {
    const isAgain = idempotencyKey !== null && state.valueKey === idempotencyKey && state.valueId === valueId && isSame(apps, state.apps)
    return isAgain ? [] : rejection('SECRET_EXISTS', `there is a secret ${name}: rotateSecret gives it another value`, 'name')
  }
  if (!secretNamePattern.test(name)) {
    return invalid(`a name has 1 to ${secretLimits.nameLength} letters, digits, _ . and -, the first no . or -`, 'name')
  }
  if (state.formerIds.includes(valueId)) return keyReused()
  const wrong = checkNames('apps', given) ?? checkIdempotencyKey(idempotencyKey)
  return wrong ?? [{ type: 'SecretCreated', data: { name, apps, version: state.version + 1, valueId, idempotencyKey } }]
}

function rotate({ valueId, idempotencyKey }: RotateSecret, state: SecretState): Decision<SecretEvent> {
  if (state.phase === 'DELETED') return unknownSecret()
  if (state.valueId === valueId) return []
  // A request that comes again after another rotation must not bring its value back: it may be why the secret was rotated.
  if (state.formerIds.includes(valueId)) return keyReused()
  return checkIdempotencyKey(idempotencyKey) ?? [{ type: 'SecretRotated', data: { version: state.version + 1, valueId, idempotencyKey } }]
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return JSON.stringify(some) === JSON.stringify(others)
}

function keyReused(): Rejection {
  return rejection('IDEMPOTENCY_KEY_REUSED', 'the secret got another value since', 'idempotencyKey')
}

function invalid(message: string, field: string): Rejection {
  return rejection('SECRET_INVALID', message, field)
}

export function unknownSecret(): Rejection {
  return rejection('SECRET_UNKNOWN', 'there is no secret of this name', 'name')
}

function evolve(state: SecretState, event: SecretEvent): SecretState {
  switch (event.type) {
    case 'SecretCreated': {
      const { name, apps, version, valueId, idempotencyKey: valueKey } = event.data
      return { phase: 'CURRENT', name, apps, version, valueId, formerIds: former(state), valueKey }
    }
    case 'SecretRotated': {
      const { version, valueId, idempotencyKey: valueKey } = event.data
      return { ...state, version, valueId, formerIds: former(state), valueKey }
    }
    case 'SecretChanged':
      return { ...state, apps: event.data.apps }
    case 'SecretDeleted':
      return { ...state, phase: 'DELETED' }
    case 'SecretSealedAnew':
      return state
  }
}

function former({ formerIds, valueId }: SecretState): readonly string[] {
  return valueId === '' ? [] : [...formerIds, valueId].slice(-formerKept)
}
