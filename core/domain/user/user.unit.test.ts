import { describe, expect, it } from 'vitest'
import { given } from '../testing/given.ts'
import { nobodyId, type UserEvent, userAggregate, userIdOf } from './user.ts'
import { userLimits } from './user-limits.ts'

const { decider } = userAggregate
const ann = { name: 'Ann', displayName: 'Ann of ops', roles: ['operator'] }
const created: UserEvent = { type: 'UserCreated', data: ann }
const signIn = (sessionId: string, now = 1_000) =>
  ({
    type: 'SignIn',
    sessionId,
    method: 'PASSWORD',
    hasSecondFactor: false,
    remoteAddress: '10.0.0.1',
    program: 'curl',
    expiresAt: now + 1_000,
    now,
  }) as const
const signedIn = (sessionId: string, now = 1_000): UserEvent => {
  const { type: _, now: __, ...data } = signIn(sessionId, now)
  return { type: 'UserSignedIn', data }
}
const ended = (sessionId: string, cause: 'PASSWORD_SET' | 'USER_DISABLED' | 'TOO_MANY' | 'EXPIRED' | 'SIGNED_OUT'): UserEvent => ({
  type: 'UserSessionEnded',
  data: { sessionId, cause },
})
const disabled: UserEvent = { type: 'UserDisabled', data: { reason: null } }
const token = { tokenId: 'T', name: 'script', scopes: ['VIEW'], expiresAt: 5_000 }
const makeToken = { type: 'CreateAccessToken', ...token, now: 1_000 } as const

describe('a user', () => {
  it('is made once; another one of the same name is refused', () => {
    given(decider, [])
      .when({ type: 'CreateUser', ...ann })
      .then([created])
    given(decider, [created])
      .when({ type: 'CreateUser', ...ann })
      .then([])
    given(decider, [created])
      .when({ type: 'CreateUser', ...ann, roles: ['admin'] })
      .then('USER_EXISTS')
  })

  it('has the same id in upper and lower case, which is not that of nobody', () => {
    expect(userIdOf('ANN')).toBe(userIdOf('ann'))
    expect(userIdOf('ann')).not.toBe(userIdOf('bob'))
    expect(userIdOf('')).not.toBe(nobodyId)
  })

  it.each(['', ' ann', 'a b', 'anné', '-ann', 'x'.repeat(65), 'аnn'])('is not made with the name %j', (name) => {
    given(decider, [])
      .when({ type: 'CreateUser', ...ann, name })
      .then('USER_INVALID')
  })

  it('is made with the roles that may be made, capitals and dots too', () => {
    const roles = ['Night.Shift', 'OPS', '24x7']
    given(decider, [])
      .when({ type: 'CreateUser', ...ann, roles })
      .then([{ type: 'UserCreated', data: { ...ann, roles } }])
  })

  it.each([[['-night']], [['night shift']], [['a', 'a']], [['']], [Array.from({ length: 33 }, (_, index) => `r${index}`)]])(
    'is not made with the roles %j',
    (roles) => {
      given(decider, [])
        .when({ type: 'CreateUser', ...ann, roles })
        .then('USER_INVALID')
    },
  )

  it('keeps what a change does not name; a change to what is so already is none', () => {
    const roles = ['admin']
    given(decider, [created])
      .when({ type: 'UpdateUser', displayName: null, roles })
      .then([{ type: 'UserChanged', data: { displayName: ann.displayName, roles } }])
    given(decider, [created]).when({ type: 'UpdateUser', displayName: ann.displayName, roles: ann.roles }).then([])
  })

  it('loses every session when disabled, and can not sign in before being enabled', () => {
    given(decider, [created, signedIn('1'), signedIn('2')])
      .when({ type: 'DisableUser', reason: null })
      .then([disabled, ended('1', 'USER_DISABLED'), ended('2', 'USER_DISABLED')])
    given(decider, [created, disabled]).when(signIn('3')).then('USER_DISABLED')
    given(decider, [created, disabled, { type: 'UserEnabled', data: {} }])
      .when(signIn('3'))
      .then([signedIn('3')])
    given(decider, [created, disabled]).when(makeToken).then('USER_DISABLED')
  })

  it('loses every session but one when the password is set', () => {
    given(decider, [created, signedIn('1'), signedIn('2')])
      .when({ type: 'SetPassword', isOneTime: false, keptSessionId: '2' })
      .then([{ type: 'UserPasswordSet', data: { isOneTime: false } }, ended('1', 'PASSWORD_SET')])
  })

  it('has sessions up to a limit: the expired end first, then the oldest', () => {
    const many = Array.from({ length: userLimits.sessions }, (_, index) => signedIn(String(index), index === 5 ? 10 : 1_500))
    given(decider, [created, ...many])
      .when(signIn('new', 1_600))
      .then([ended('5', 'EXPIRED'), signedIn('new', 1_600)])
    const full = many.map((_, index) => signedIn(String(index), 1_500))
    given(decider, [created, ...full])
      .when(signIn('new', 1_600))
      .then([ended('0', 'TOO_MANY'), signedIn('new', 1_600)])
  })

  it('ends a session once', () => {
    const end = { type: 'EndSessions', sessionIds: ['1'], cause: 'SIGNED_OUT' } as const
    given(decider, [created, signedIn('1'), signedIn('2')])
      .when(end)
      .then([ended('1', 'SIGNED_OUT')])
    given(decider, [created, signedIn('1'), ended('1', 'SIGNED_OUT')])
      .when(end)
      .then([])
  })

  it('has access tokens, each made once and revoked once', () => {
    const made: UserEvent = { type: 'AccessTokenCreated', data: token }
    const revoke = { type: 'RevokeAccessToken', tokenId: 'T', reason: null } as const
    const revoked: UserEvent = { type: 'AccessTokenRevoked', data: { tokenId: 'T', reason: null } }
    given(decider, [created]).when(makeToken).then([made])
    given(decider, [created, made]).when(makeToken).then([])
    given(decider, [created, made])
      .when({ ...makeToken, scopes: null })
      .then('IDEMPOTENCY_KEY_REUSED')
    given(decider, [created])
      .when({ ...makeToken, now: 5_000 })
      .then('ACCESS_TOKEN_INVALID')
    given(decider, [created]).when(revoke).then('ACCESS_TOKEN_UNKNOWN')
    given(decider, [created, made]).when(revoke).then([revoked])
    given(decider, [created, made, revoked]).when(revoke).then([])
  })

  it('is needed for everything but the failures of sign-ins', () => {
    given(decider, []).when(signIn('1')).then('USER_UNKNOWN')
    given(decider, []).when({ type: 'EnableUser' }).then('USER_UNKNOWN')
    const failures = { fault: 'NAME', remoteAddress: '10.0.0.1', addresses: 1, count: 9, firstAt: 1, lastAt: 2, lockedUntil: null } as const
    given(decider, [])
      .when({ type: 'TellFailedSignIns', failures })
      .then([{ type: 'UserSignInFailed', data: failures }])
  })
})

describe('a second factor', () => {
  const set: UserEvent = { type: 'UserSecondFactorSet', data: { recoveryCodes: 10 } }

  it('is set once, and taken away once', () => {
    given(decider, [created]).when({ type: 'SetSecondFactor', recoveryCodes: 10 }).then([set])
    given(decider, [created, set]).when({ type: 'SetSecondFactor', recoveryCodes: 10 }).then('SECOND_FACTOR_SET')
    given(decider, [created, set])
      .when({ type: 'RemoveSecondFactor' })
      .then([{ type: 'UserSecondFactorRemoved', data: {} }])
    given(decider, [created]).when({ type: 'RemoveSecondFactor' }).then([])
    given(decider, [created]).when({ type: 'MakeRecoveryCodes', count: 10 }).then('SECOND_FACTOR_UNSET')
    given(decider, [created]).when({ type: 'UseRecoveryCode', left: 1 }).then('SECOND_FACTOR_UNSET')
  })
})

describe('a user of an identity provider', () => {
  const linked: UserEvent = { type: 'UserIdentityLinked', data: { issuer: 'https://id', subject: '1' } }
  const link = { type: 'LinkIdentity', issuer: 'https://id', subject: '1' } as const

  it('is who the provider said first, and nobody else of it', () => {
    given(decider, [created]).when(link).then([linked])
    given(decider, [created, linked]).when(link).then([])
    given(decider, [created, linked])
      .when({ ...link, subject: '2' })
      .then('SIGN_IN_REFUSED')
    given(decider, [created, linked])
      .when({ ...link, issuer: 'https://other' })
      .then([{ type: 'UserIdentityLinked', data: { issuer: 'https://other', subject: '1' } }])
  })

  it('is no user who has a password: a name at a provider takes nobody over', () => {
    const password: UserEvent = { type: 'UserPasswordSet', data: { isOneTime: false } }
    given(decider, [created, password]).when(link).then('SIGN_IN_REFUSED')
    given(decider, [created, linked, password]).when(link).then([])
  })
})

describe('a user who is erased', () => {
  const erased: UserEvent = { type: 'UserErased', data: { reason: 'asked' } }
  const token_: UserEvent = { type: 'AccessTokenCreated', data: token }

  it('loses sessions and tokens in the same append, once', () => {
    given(decider, [created, signedIn('1'), token_])
      .when({ type: 'EraseUser', reason: 'asked' })
      .then([
        erased,
        { type: 'UserSessionEnded', data: { sessionId: '1', cause: 'USER_ERASED' } },
        { type: 'AccessTokenRevoked', data: { tokenId: 'T', reason: null } },
      ])
    given(decider, [created, erased]).when({ type: 'EraseUser', reason: null }).then([])
    given(decider, []).when({ type: 'EraseUser', reason: null }).then('USER_UNKNOWN')
  })

  it('does nothing any more, is not made again, and leaves nothing in the state', () => {
    const again = [
      { type: 'CreateUser', ...ann },
      { type: 'EnableUser' },
      { type: 'UpdateUser', displayName: 'x', roles: null },
      { type: 'SetPassword', isOneTime: true, keptSessionId: null },
      { type: 'LinkIdentity', issuer: 'https://id', subject: '1' },
      signIn('2'),
      makeToken,
    ] as const
    for (const command of again) given(decider, [created, erased]).when(command).then('USER_ERASED')
    const failures = { fault: 'PASSWORD', remoteAddress: '10.0.0.1', addresses: 1, count: 9, firstAt: 1, lastAt: 2, lockedUntil: null } as const
    given(decider, [created, erased]).when({ type: 'TellFailedSignIns', failures }).then([])
    const state = [created, signedIn('1'), token_, erased].reduce(decider.evolve, decider.initialState)
    expect(state).toMatchObject({ phase: 'ERASED', name: '', displayName: '', roles: [], isEnabled: false, identities: [] })
  })
})
