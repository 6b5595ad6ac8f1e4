import { createHash } from 'node:crypto'
import type { SessionEnd } from '@elves/schemas/generated/types.ts'
import { aggregate, type EventOf } from '../aggregate.ts'
import { type Decision, type Rejection, rejection } from '../decision.ts'
import { checkReason, checkText } from '../task/request.ts'
import { isSealed } from './personal.ts'
import type { AccessToken, CreateAccessToken, CreateUser, EraseUser, LinkIdentity, SignIn, UpdateUser, UserCommand, UserState } from './state.ts'
import { checkRoles, checkTokenName, checkTokenScopes, checkUserName, checkUserText, userLimits } from './user-limits.ts'

/** Events of stream `user-<id>`. */
export type UserEvent = EventOf<'user'>

const initialState: UserState = {
  phase: 'NONE',
  name: '',
  displayName: '',
  roles: [],
  isEnabled: false,
  hasPassword: false,
  mustChangePassword: false,
  hasSecondFactor: false,
  recoveryCodesLeft: 0,
  identities: [],
  lockedUntil: null,
  sessions: [],
  accessTokens: [],
}

/** Who may use the platform. */
export const userAggregate = aggregate({
  name: 'user',
  prefix: 'user-',
  decider: { initialState, decide, evolve },
  stateBytes: ({ sessions, accessTokens }) => 200 * (sessions.length + accessTokens.length),
})
export const userStream = userAggregate.streamOf

/** The failures of sign-ins with names that no user has are in the stream of this id. */
export const nobodyId = '0000000000000000'

/** Returns the id of the user with a name: two names that differ by case only are the same user's, so that names are unique. */
export function userIdOf(name: string): string {
  return createHash('sha256').update(`elves user\n${name.toLowerCase()}`).digest('hex').slice(0, 16).toUpperCase()
}

function decide(command: UserCommand, state: UserState): Decision<UserEvent> {
  if (command.type === 'CreateUser') return create(command, state)
  if (command.type === 'TellFailedSignIns') return state.phase === 'ERASED' ? [] : [{ type: 'UserSignInFailed', data: command.failures }]
  if (state.phase === 'NONE') return unknownUser()
  if (state.phase === 'ERASED') return command.type === 'EraseUser' ? [] : erasedUser()
  switch (command.type) {
    case 'UpdateUser':
      return update(command, state)
    case 'DisableUser': {
      if (!state.isEnabled) return []
      const disabled: UserEvent = { type: 'UserDisabled', data: { reason: command.reason } }
      const invalid = checkText('reason', command.reason) ?? checkReason(command.reason)
      return invalid ?? [disabled, ...ends(state, () => true, 'USER_DISABLED')]
    }
    case 'EraseUser':
      return erase(command, state)
    case 'EnableUser':
      return state.isEnabled ? [] : [{ type: 'UserEnabled', data: {} }]
    case 'SetPassword': {
      const set: UserEvent = { type: 'UserPasswordSet', data: { isOneTime: command.isOneTime } }
      return [set, ...ends(state, ({ id }) => id !== command.keptSessionId, 'PASSWORD_SET')]
    }
    case 'LinkIdentity':
      return linkIdentity(command, state)
    case 'SetSecondFactor':
      if (state.hasSecondFactor) return rejection('SECOND_FACTOR_SET', 'there is a second factor already: disable it first')
      return [{ type: 'UserSecondFactorSet', data: { recoveryCodes: command.recoveryCodes } }]
    case 'RemoveSecondFactor':
      return state.hasSecondFactor ? [{ type: 'UserSecondFactorRemoved', data: {} }] : []
    case 'MakeRecoveryCodes':
      return state.hasSecondFactor ? [{ type: 'UserRecoveryCodesMade', data: { count: command.count } }] : noSecondFactor()
    case 'UseRecoveryCode':
      return state.hasSecondFactor ? [{ type: 'UserRecoveryCodeUsed', data: { left: command.left } }] : noSecondFactor()
    case 'SignIn':
      return signIn(command, state)
    case 'EndSessions': {
      const { sessionIds, cause } = command
      return ends(state, ({ id }) => sessionIds === null || sessionIds.includes(id), cause)
    }
    case 'CreateAccessToken':
      return createAccessToken(command, state)
    case 'RevokeAccessToken': {
      const { tokenId, reason } = command
      if (!state.accessTokens.some(({ id }) => id === tokenId)) return rejection('ACCESS_TOKEN_UNKNOWN', 'no access token has this id', 'accessToken')
      const revoked: UserEvent = { type: 'AccessTokenRevoked', data: { tokenId, reason } }
      if (state.accessTokens.some(({ id, isRevoked }) => id === tokenId && isRevoked)) return []
      return checkText('reason', reason) ?? checkReason(reason) ?? [revoked]
    }
  }
}

function create({ name, displayName, roles }: CreateUser, state: UserState): Decision<UserEvent> {
  if (state.phase === 'NONE') {
    const invalid = (isSealed(name) ? null : checkUserName(name)) ?? checkDisplayName(displayName) ?? checkRoles(roles)
    return invalid ?? [{ type: 'UserCreated', data: { name, displayName, roles } }]
  }
  if (state.phase === 'ERASED') return erasedUser('name')
  if (state.name === name && state.displayName === displayName && isSameSet(state.roles, roles)) return []
  return rejection('USER_EXISTS', 'a user with this name exists already', 'name')
}

function update({ displayName, roles }: UpdateUser, state: UserState): Decision<UserEvent> {
  const after = { displayName: displayName ?? state.displayName, roles: roles ?? state.roles }
  if (after.displayName === state.displayName && isSameSet(after.roles, state.roles)) return []
  return checkDisplayName(after.displayName) ?? checkRoles(after.roles) ?? [{ type: 'UserChanged', data: after }]
}

/**
 * Whoever has a password, or is another one at this provider, is not who it says: a name there does not take over a user here. A user whom
 * somebody made without a password waits for this.
 */
function linkIdentity({ issuer, subject }: LinkIdentity, state: UserState): Decision<UserEvent> {
  const own = state.identities.find((identity) => identity.issuer === issuer)
  if (own?.subject === subject) return []
  if (own || state.hasPassword) return rejection('SIGN_IN_REFUSED', 'the user of this name is somebody else')
  return [{ type: 'UserIdentityLinked', data: { issuer, subject } }]
}

export function noSecondFactor(): Rejection {
  return rejection('SECOND_FACTOR_UNSET', 'the user has no second factor')
}

/** The caller has checked the password and the lock: only what the events know is decided here. */
function signIn(command: SignIn, state: UserState): Decision<UserEvent> {
  if (!state.isEnabled) return rejection('USER_DISABLED', 'the user is disabled')
  if (state.sessions.some(({ id }) => id === command.sessionId)) return []
  const { sessionId, method, hasSecondFactor, remoteAddress, program, expiresAt, now } = command
  const expired = ends(state, (session) => session.expiresAt <= now, 'EXPIRED')
  const open = state.sessions.filter((session) => session.expiresAt > now)
  const surplus = new Set(open.slice(0, Math.max(0, open.length + 1 - userLimits.sessions)).map(({ id }) => id))
  const dropped = ends(state, ({ id }) => surplus.has(id), 'TOO_MANY')
  return [...expired, ...dropped, { type: 'UserSignedIn', data: { sessionId, method, hasSecondFactor, remoteAddress, program, expiresAt } }]
}

function createAccessToken({ tokenId, name, scopes, expiresAt, now }: CreateAccessToken, state: UserState): Decision<UserEvent> {
  const known = state.accessTokens.find(({ id }) => id === tokenId)
  if (known) {
    if (known.name === name && known.expiresAt === expiresAt && isSameSet(known.scopes ?? ['*'], scopes ?? ['*'])) return []
    return rejection('IDEMPOTENCY_KEY_REUSED', 'this key made another access token', 'idempotencyKey')
  }
  if (!state.isEnabled) return rejection('USER_DISABLED', 'the user is disabled')
  if (expiresAt !== null && expiresAt <= now) return rejection('ACCESS_TOKEN_INVALID', 'the token would have expired already', 'expiresAt')
  if (state.accessTokens.filter((token) => isUsable(token, now)).length >= userLimits.accessTokens) {
    return rejection('ACCESS_TOKEN_INVALID', `a user has at most ${userLimits.accessTokens} access tokens that are good for something`)
  }
  return (
    (isSealed(name) ? null : checkTokenName(name)) ??
    checkTokenScopes(scopes) ?? [{ type: 'AccessTokenCreated', data: { tokenId, name, scopes, expiresAt } }]
  )
}

function isUsable({ isRevoked, expiresAt }: AccessToken, now: number): boolean {
  return !isRevoked && (expiresAt === null || expiresAt > now)
}

function ends({ sessions }: UserState, isMeant: (session: UserState['sessions'][number]) => boolean, cause: SessionEnd): UserEvent[] {
  return sessions.filter(isMeant).map(({ id: sessionId }) => ({ type: 'UserSessionEnded', data: { sessionId, cause } }))
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return JSON.stringify([...new Set(one)].sort()) === JSON.stringify([...new Set(other)].sort())
}

/** What opens the user's texts is deleted when this is durable; what the user could prove ends with it. */
function erase({ reason }: EraseUser, state: UserState): Decision<UserEvent> {
  const revoked = state.accessTokens.filter(({ isRevoked }) => !isRevoked)
  const invalid = checkText('reason', reason) ?? checkReason(reason)
  return (
    invalid ?? [
      { type: 'UserErased', data: { reason } },
      ...ends(state, () => true, 'USER_ERASED'),
      ...revoked.map(({ id: tokenId }): UserEvent => ({ type: 'AccessTokenRevoked', data: { tokenId, reason: null } })),
    ]
  )
}

/** Who sealed a text has checked it. */
function checkDisplayName(displayName: string): Rejection | null {
  return isSealed(displayName) ? null : checkUserText(displayName)
}

export function erasedUser(field = 'user'): Rejection {
  return rejection('USER_ERASED', 'the user was erased, for ever; nobody else gets the name', field)
}

export function unknownUser(): Rejection {
  return rejection('USER_UNKNOWN', 'no user has this id', 'user')
}

function evolve(state: UserState, event: UserEvent): UserState {
  switch (event.type) {
    case 'UserCreated':
      return { ...initialState, ...event.data, phase: 'CREATED', isEnabled: true }
    case 'UserChanged':
      return { ...state, ...event.data }
    case 'UserDisabled':
      return { ...state, isEnabled: false }
    case 'UserErased':
      // Sessions and tokens end by events of their own, which follow.
      return { ...initialState, phase: 'ERASED', sessions: state.sessions, accessTokens: state.accessTokens.map((token) => ({ ...token, name: '' })) }
    case 'UserEnabled':
      return { ...state, isEnabled: true }
    case 'UserPasswordSet':
      return { ...state, hasPassword: true, mustChangePassword: event.data.isOneTime, lockedUntil: null }
    case 'UserIdentityLinked':
      return { ...state, identities: [...state.identities, event.data] }
    case 'UserSecondFactorSet':
      return { ...state, hasSecondFactor: true, recoveryCodesLeft: event.data.recoveryCodes }
    case 'UserSecondFactorRemoved':
      return { ...state, hasSecondFactor: false, recoveryCodesLeft: 0 }
    case 'UserRecoveryCodesMade':
      return { ...state, recoveryCodesLeft: event.data.count }
    case 'UserRecoveryCodeUsed':
      return { ...state, recoveryCodesLeft: event.data.left }
    case 'UserSignedIn': {
      const { sessionId: id, expiresAt } = event.data
      return { ...state, lockedUntil: null, sessions: [...state.sessions, { id, expiresAt }] }
    }
    case 'UserSignInFailed':
      return { ...state, lockedUntil: event.data.lockedUntil }
    case 'UserSessionEnded':
      return { ...state, sessions: state.sessions.filter(({ id }) => id !== event.data.sessionId) }
    case 'AccessTokenCreated': {
      const { tokenId: id, name, scopes, expiresAt } = event.data
      return { ...state, accessTokens: [...state.accessTokens, { id, name, scopes, expiresAt, isRevoked: false }] }
    }
    case 'AccessTokenRevoked': {
      const revoked = (token: AccessToken) => (token.id === event.data.tokenId ? { ...token, isRevoked: true } : token)
      return { ...state, accessTokens: state.accessTokens.map(revoked) }
    }
  }
}
