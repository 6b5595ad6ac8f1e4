import { expect, test } from 'vitest'
import { given } from '../testing/given.ts'
import { checkSecretValue, type SecretEvent, secretAggregate, secretIdOf } from './secret.ts'

const { decider } = secretAggregate
const create = { type: 'CreateSecret', name: 'db', apps: ['b', 'a', 'b'], valueId: 'V1', idempotencyKey: 'k' } as const
const created: SecretEvent = { type: 'SecretCreated', data: { name: 'db', apps: ['a', 'b'], version: 1, valueId: 'V1', idempotencyKey: 'k' } }
const rotated: SecretEvent = { type: 'SecretRotated', data: { version: 2, valueId: 'V2', idempotencyKey: null } }
const deleted: SecretEvent = { type: 'SecretDeleted', data: { reason: null } }
const codeOf = (decision: unknown) => (decision as { rejected?: string }).rejected

test('is made once; the same request again is the same secret', () => {
  given(decider, []).when(create).then([created])
  given(decider, [created]).when(create).then([])
  given(decider, [created])
    .when({ ...create, valueId: 'V9', idempotencyKey: null })
    .then('SECRET_EXISTS')
})

test('a rotation counts, and a value of before does not come back by its request', () => {
  given(decider, [created]).when({ type: 'RotateSecret', valueId: 'V2', idempotencyKey: null }).then([rotated])
  given(decider, [created, rotated]).when({ type: 'RotateSecret', valueId: 'V2', idempotencyKey: null }).then([])
  given(decider, [created, rotated]).when({ type: 'RotateSecret', valueId: 'V1', idempotencyKey: 'k' }).then('IDEMPOTENCY_KEY_REUSED')
  given(decider, []).when({ type: 'RotateSecret', valueId: 'V1', idempotencyKey: null }).then('SECRET_UNKNOWN')
})

test('what was deleted can be made again, and its versions count on', () => {
  given(decider, [created, rotated]).when({ type: 'DeleteSecret', reason: null }).then([deleted])
  given(decider, [created, deleted]).when({ type: 'DeleteSecret', reason: 'again' }).then([])
  given(decider, [created, deleted]).when({ type: 'RotateSecret', valueId: 'V2', idempotencyKey: null }).then('SECRET_UNKNOWN')
  given(decider, [created, deleted])
    .when({ type: 'ChangeSecret', apps: ['*'] })
    .then('SECRET_UNKNOWN')
  given(decider, [created, rotated, deleted])
    .when({ ...create, valueId: 'V3' })
    .then([{ type: 'SecretCreated', data: { name: 'db', apps: ['a', 'b'], version: 3, valueId: 'V3', idempotencyKey: 'k' } }])
})

test('its apps change, in one form', () => {
  given(decider, [created])
    .when({ type: 'ChangeSecret', apps: ['b', 'a'] })
    .then([])
  given(decider, [created])
    .when({ type: 'ChangeSecret', apps: ['x', '*'] })
    .then([{ type: 'SecretChanged', data: { apps: ['*'] } }])
  given(decider, [created]).when({ type: 'ChangeSecret', apps: [] }).then('SCOPE_INVALID')
})

test('tells of a new seal only for the value that it has', () => {
  given(decider, [created, rotated])
    .when({ type: 'TellSealedAnew', valueId: 'V2' })
    .then([{ type: 'SecretSealedAnew', data: { version: 2 } }])
  given(decider, [created, rotated]).when({ type: 'TellSealedAnew', valueId: 'V1' }).then([])
})

test.each(['', 'a b', '.a', '-a', 'ü', 'a'.repeat(129)])('refuses the name %j', (name) => {
  given(decider, [])
    .when({ ...create, name })
    .then('SECRET_INVALID')
})

test('a value has a length in bytes, no NUL, and is text', () => {
  expect(checkSecretValue('密码')).toBeNull()
  for (const value of ['abc', 'x'.repeat(16_385), 'ab\0cd']) expect(codeOf(checkSecretValue(value))).toBe('SECRET_INVALID')
  expect(codeOf(checkSecretValue('ab\ud800cd'))).toBe('TEXT_INVALID')
})

test('ids follow from names, whose case counts', () => {
  expect(secretIdOf('db')).toMatch(/^[0-9A-F]{16}$/)
  expect(secretIdOf('db')).not.toBe(secretIdOf('DB'))
})
