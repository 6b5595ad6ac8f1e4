import { aggregate, type EventOf } from '../aggregate.ts'
import { type Decision, type Rejection, rejection } from '../decision.ts'
import { isPermission } from '../permissions.ts'
import { checkScope, plainScope, type Scope } from '../scope.ts'
import { checkIdempotencyKey, checkReason, checkText } from '../task/request.ts'

/** Events of stream `grant-<id>`. */
export type GrantEvent = EventOf<'grant'>

/** Who can be allowed something. */
export const subjectKinds = ['USER', 'ROLE', 'AUTH_KEY'] as const
export type SubjectKind = (typeof subjectKinds)[number]

export interface Subject {
  readonly kind: SubjectKind
  /** Id of the user or the auth key, or name of the role. */
  readonly id: string
}

export interface GrantSettings extends Scope {
  readonly subjectKind: string
  readonly subjectId: string
  readonly permission: string
  /** ms since the epoch; null: it does not expire. */
  readonly expiresAt: number | null
}

export interface GrantState {
  readonly phase: 'NONE' | 'GIVEN' | 'REVOKED'
  readonly settings: GrantSettings | null
}

export interface GiveGrant {
  readonly type: 'GiveGrant'
  readonly settings: GrantSettings
  readonly idempotencyKey: string | null
  /** ms since the epoch. */
  readonly now: number
}

export interface RevokeGrant {
  readonly type: 'RevokeGrant'
  readonly reason: string | null
}

export type GrantCommand = GiveGrant | RevokeGrant

const subjectIdLength = 256
const initialState: GrantState = { phase: 'NONE', settings: null }

/** One permission of a user, a role or an auth key. A grant is never changed: it is revoked, and another one given. */
export const grantAggregate = aggregate({ name: 'grant', prefix: 'grant-', decider: { initialState, decide, evolve } })
export const grantStream = grantAggregate.streamOf

function decide(command: GrantCommand, state: GrantState): Decision<GrantEvent> {
  switch (command.type) {
    case 'GiveGrant':
      return give(command, state)
    case 'RevokeGrant':
      if (state.phase === 'NONE') return unknownGrant()
      if (state.phase === 'REVOKED') return []
      return checkText('reason', command.reason) ?? checkReason(command.reason) ?? [{ type: 'GrantRevoked', data: { reason: command.reason } }]
  }
}

function give({ settings, idempotencyKey, now }: GiveGrant, state: GrantState): Decision<GrantEvent> {
  const { subjectKind, subjectId, permission, expiresAt, ...scope } = settings
  if (!(subjectKinds as readonly string[]).includes(subjectKind)) return invalid(`a subject is one of ${subjectKinds.join(', ')}`, 'subject')
  if (subjectId === '' || subjectId.length > subjectIdLength) return invalid(`the id of a subject has 1 to ${subjectIdLength} characters`, 'subject')
  if (!isPermission(permission)) return invalid(`${permission.slice(0, 64)} is no permission`, 'permission')
  const wrong = checkText('subject', subjectId) ?? checkScope(scope) ?? checkIdempotencyKey(idempotencyKey)
  if (wrong) return wrong
  const given: GrantSettings = { subjectKind, subjectId, permission, expiresAt, ...plainScope(scope) }
  if (state.settings) return isSame(given, state.settings) ? [] : rejection('IDEMPOTENCY_KEY_REUSED', 'this key made another grant', 'idempotencyKey')
  if (expiresAt !== null && expiresAt <= now) return invalid('the grant would have expired already', 'expiresAt')
  return [{ type: 'GrantGiven', data: { ...given, idempotencyKey } }]
}

function isSame(one: GrantSettings, other: GrantSettings): boolean {
  const compared = ({ subjectKind, subjectId, permission, apps, funcs, agents, secrets, expiresAt }: GrantSettings) =>
    JSON.stringify([subjectKind, subjectId, permission, apps, funcs, agents, secrets, expiresAt])
  return compared(one) === compared(other)
}

function invalid(message: string, field: string): Rejection {
  return rejection('GRANT_INVALID', message, field)
}

export function unknownGrant(): Rejection {
  return rejection('GRANT_UNKNOWN', 'no grant has this id', 'grant')
}

function evolve(state: GrantState, event: GrantEvent): GrantState {
  switch (event.type) {
    case 'GrantGiven': {
      const { idempotencyKey: _, ...settings } = event.data
      return { phase: 'GIVEN', settings }
    }
    case 'GrantRevoked':
      return { ...state, phase: 'REVOKED' }
  }
}
