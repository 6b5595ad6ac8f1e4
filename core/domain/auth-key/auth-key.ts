import { aggregate, type EventOf } from '../aggregate.ts'
import { isAppName } from '../app/app.ts'
import { type Decision, type Rejection, rejection } from '../decision.ts'
import { checkIdempotencyKey, checkReason, checkText } from '../task/request.ts'

/** Events of stream `authkey-<id>`. */
export type AuthKeyEvent = EventOf<'auth-key'>

export interface AuthKeyState {
  readonly phase: 'NONE' | 'USABLE' | 'REVOKED'
  readonly name: string
  /** The app that `/api/v2/info/app` tells of; null: none. */
  readonly app: string | null
  /** Names the secret that it signs with. */
  readonly secretId: string
  /** The secret before it, which is taken as well until `until`, ms since the epoch. */
  readonly earlier: { readonly secretId: string; readonly until: number } | null
  /** Names of all secrets that it had before. */
  readonly formerIds: readonly string[]
  /** Of the last rotation. */
  readonly rotationKey: string | null
}

export interface CreateAuthKey {
  readonly type: 'CreateAuthKey'
  readonly name: string
  readonly app: string | null
  readonly secretId: string
  readonly idempotencyKey: string | null
}

export interface RotateAuthKey {
  readonly type: 'RotateAuthKey'
  readonly secretId: string
  /** How long the secret that it has is taken as well, from `now` on. */
  readonly overlapMs: number
  readonly idempotencyKey: string | null
  /** ms since the epoch. */
  readonly now: number
}

export interface RevokeAuthKey {
  readonly type: 'RevokeAuthKey'
  readonly reason: string | null
}

export type AuthKeyCommand = CreateAuthKey | RotateAuthKey | RevokeAuthKey

const authKeyLimits = { nameLength: 128, overlapMs: 30 * 86_400_000 } as const

const initialState: AuthKeyState = { phase: 'NONE', name: '', app: null, secretId: '', earlier: null, formerIds: [], rotationKey: null }

/** Keys with which scripts sign requests of REST v2. */
export const authKeyAggregate = aggregate({ name: 'auth-key', prefix: 'authkey-', decider: { initialState, decide, evolve } })
export const authKeyStream = authKeyAggregate.streamOf

function decide(command: AuthKeyCommand, state: AuthKeyState): Decision<AuthKeyEvent> {
  switch (command.type) {
    case 'CreateAuthKey':
      return create(command, state)
    case 'RotateAuthKey':
      return rotate(command, state)
    case 'RevokeAuthKey':
      if (state.phase === 'NONE') return unknownAuthKey()
      if (state.phase === 'REVOKED') return []
      return checkText('reason', command.reason) ?? checkReason(command.reason) ?? [{ type: 'AuthKeyRevoked', data: { reason: command.reason } }]
  }
}

function create({ name, app, secretId, idempotencyKey }: CreateAuthKey, state: AuthKeyState): Decision<AuthKeyEvent> {
  if (state.phase !== 'NONE') {
    return state.name === name && state.app === app ? [] : rejection('IDEMPOTENCY_KEY_REUSED', 'this key made another auth key', 'idempotencyKey')
  }
  if (name.trim() === '' || name.length > authKeyLimits.nameLength) return invalid(`a name has 1 to ${authKeyLimits.nameLength} characters`, 'name')
  if (app !== null && !isAppName(app)) return invalid('this is no name of an app', 'app')
  const wrong = checkText('name', name) ?? checkIdempotencyKey(idempotencyKey)
  return wrong ?? [{ type: 'AuthKeyCreated', data: { name, app, secretId, idempotencyKey } }]
}

function rotate({ secretId, overlapMs, idempotencyKey, now }: RotateAuthKey, state: AuthKeyState): Decision<AuthKeyEvent> {
  if (state.phase === 'NONE') return unknownAuthKey()
  if (state.phase === 'REVOKED') return rejection('AUTH_KEY_REVOKED', 'the auth key was revoked: make another one', 'id')
  if (idempotencyKey !== null && idempotencyKey === state.rotationKey) return []
  // A request that comes again after another rotation must not bring its secret back: it may be why the key was rotated.
  if (state.formerIds.includes(secretId)) return rejection('IDEMPOTENCY_KEY_REUSED', 'the key was rotated again since', 'idempotencyKey')
  if (!Number.isInteger(overlapMs) || overlapMs < 0 || overlapMs > authKeyLimits.overlapMs) {
    return invalid(`the secret before it is taken for 0 to ${authKeyLimits.overlapMs} ms more`, 'overlapMs')
  }
  return checkIdempotencyKey(idempotencyKey) ?? [{ type: 'AuthKeyRotated', data: { secretId, earlierUntil: now + overlapMs, idempotencyKey } }]
}

/** Returns the names of the secrets that a signature may be made with. */
export function usableSecrets({ phase, secretId, earlier }: AuthKeyState, now: number): readonly string[] {
  if (phase !== 'USABLE') return []
  return earlier && now < earlier.until ? [secretId, earlier.secretId] : [secretId]
}

function invalid(message: string, field: string): Rejection {
  return rejection('AUTH_KEY_INVALID', message, field)
}

export function unknownAuthKey(): Rejection {
  return rejection('AUTH_KEY_UNKNOWN', 'no auth key has this id', 'id')
}

function evolve(state: AuthKeyState, event: AuthKeyEvent): AuthKeyState {
  switch (event.type) {
    case 'AuthKeyCreated': {
      const { name, app, secretId } = event.data
      return { phase: 'USABLE', name, app, secretId, earlier: null, formerIds: [], rotationKey: null }
    }
    case 'AuthKeyRotated': {
      const { secretId, earlierUntil: until, idempotencyKey: rotationKey } = event.data
      return { ...state, secretId, earlier: { secretId: state.secretId, until }, formerIds: [...state.formerIds, state.secretId], rotationKey }
    }
    case 'AuthKeyRevoked':
      return { ...state, phase: 'REVOKED', earlier: null }
  }
}
