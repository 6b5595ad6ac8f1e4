import { expect, test } from 'vitest'
import { given } from '../testing/given.ts'
import { type AuthKeyEvent, authKeyAggregate, usableSecrets } from './auth-key.ts'

const { decider } = authKeyAggregate
const create = { type: 'CreateAuthKey', name: 'deploy', app: 'nginx', secretId: 's1', idempotencyKey: 'k' } as const
const created: AuthKeyEvent = { type: 'AuthKeyCreated', data: { name: 'deploy', app: 'nginx', secretId: 's1', idempotencyKey: 'k' } }
const rotate = { type: 'RotateAuthKey', secretId: 's2', overlapMs: 1_000, idempotencyKey: 'r', now: 5_000 } as const
const rotated: AuthKeyEvent = { type: 'AuthKeyRotated', data: { secretId: 's2', earlierUntil: 6_000, idempotencyKey: 'r' } }
const revoke = { type: 'RevokeAuthKey', reason: null } as const
const revoked: AuthKeyEvent = { type: 'AuthKeyRevoked', data: { reason: null } }
const secretsAfter = (events: readonly AuthKeyEvent[], now: number) =>
  usableSecrets(
    events.reduce((state, event) => decider.evolve(state, event), decider.initialState),
    now,
  )

test('makes a key, once', () => {
  given(decider, []).when(create).then([created])
  given(decider, [created])
    .when({ ...create, secretId: 'other' })
    .then([])
  given(decider, [created])
    .when({ ...create, name: 'another' })
    .then('IDEMPOTENCY_KEY_REUSED')
})

test('refuses names and apps that no key has', () => {
  given(decider, [])
    .when({ ...create, name: ' ' })
    .then('AUTH_KEY_INVALID')
  given(decider, [])
    .when({ ...create, app: '../x' })
    .then('AUTH_KEY_INVALID')
})

test('takes the earlier secret until the overlap is over', () => {
  given(decider, [created]).when(rotate).then([rotated])
  given(decider, [created, rotated])
    .when({ ...rotate, secretId: 's3' })
    .then([])
  expect(secretsAfter([created], 0)).toEqual(['s1'])
  expect(secretsAfter([created, rotated], 5_999)).toEqual(['s2', 's1'])
  expect(secretsAfter([created, rotated], 6_000)).toEqual(['s2'])
})

test('a rotation that is asked for again after another one brings no secret back', () => {
  const again: AuthKeyEvent = { type: 'AuthKeyRotated', data: { secretId: 's3', earlierUntil: 7_000, idempotencyKey: 'r3' } }
  given(decider, [created, rotated, again]).when(rotate).then('IDEMPOTENCY_KEY_REUSED')
  given(decider, [created, rotated])
    .when({ ...rotate, secretId: 's1', idempotencyKey: 'k' })
    .then('IDEMPOTENCY_KEY_REUSED')
})

test('refuses an overlap that is negative, not whole, or longer than 30 days', () => {
  for (const overlapMs of [-1, 0.5, 31 * 86_400_000])
    given(decider, [created])
      .when({ ...rotate, overlapMs })
      .then('AUTH_KEY_INVALID')
})

test('a key that is revoked signs nothing and is not rotated', () => {
  given(decider, [created, rotated]).when(revoke).then([revoked])
  given(decider, [created, revoked]).when(revoke).then([])
  given(decider, [created, revoked]).when(rotate).then('AUTH_KEY_REVOKED')
  given(decider, []).when(revoke).then('AUTH_KEY_UNKNOWN')
  given(decider, []).when(rotate).then('AUTH_KEY_UNKNOWN')
  expect(secretsAfter([created, rotated, revoked], 5_500)).toEqual([])
})
