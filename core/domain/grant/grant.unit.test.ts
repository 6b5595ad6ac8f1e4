import { test } from 'vitest'
import { everywhere } from '../scope.ts'
import { given } from '../testing/given.ts'
import { type GiveGrant, type GrantEvent, grantAggregate } from './grant.ts'

const { decider } = grantAggregate
const settings = { subjectKind: 'USER', subjectId: 'U1', permission: 'RUN', ...everywhere, agents: 'env=prod', expiresAt: 2_000 }
const give: GiveGrant = { type: 'GiveGrant', settings, idempotencyKey: 'k', now: 1_000 }
const granted: GrantEvent = { type: 'GrantGiven', data: { ...settings, idempotencyKey: 'k' } }
const revoke = { type: 'RevokeGrant', reason: 'done' } as const
const revoked: GrantEvent = { type: 'GrantRevoked', data: { reason: 'done' } }

test('gives a grant, once, also if it has expired meanwhile', () => {
  given(decider, []).when(give).then([granted])
  given(decider, [granted])
    .when({ ...give, now: 3_000 })
    .then([])
})

test('refuses a key that made another grant', () => {
  given(decider, [granted])
    .when({ ...give, settings: { ...settings, permission: 'VIEW' } })
    .then('IDEMPOTENCY_KEY_REUSED')
})

test('refuses subjects, permissions, expiries and scopes that no grant has', () => {
  const refuses = (changed: Partial<typeof settings>, code: 'GRANT_INVALID' | 'SCOPE_INVALID' | 'SELECTOR_INVALID' | 'TEXT_INVALID') =>
    given(decider, [])
      .when({ ...give, settings: { ...settings, ...changed } })
      .then(code)
  refuses({ subjectKind: 'AGENT' }, 'GRANT_INVALID')
  refuses({ subjectId: '' }, 'GRANT_INVALID')
  refuses({ subjectId: 'half \ud800' }, 'TEXT_INVALID')
  refuses({ permission: 'FLY' }, 'GRANT_INVALID')
  refuses({ expiresAt: 1_000 }, 'GRANT_INVALID')
  refuses({ funcs: [] }, 'SCOPE_INVALID')
  refuses({ agents: '=' }, 'SELECTOR_INVALID')
})

test('revokes a grant, once', () => {
  given(decider, [granted]).when(revoke).then([revoked])
  given(decider, [granted, revoked]).when(revoke).then([])
  given(decider, []).when(revoke).then('GRANT_UNKNOWN')
})
