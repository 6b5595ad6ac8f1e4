import { signV2 } from '@elves/tests/support/sign-v2.ts'
import { expect, test } from 'vitest'
import { simpleAuthKeys } from './auth-keys.ts'
import { checkSignature } from './signature.ts'

const key = 'testkey'
const authKeys = simpleAuthKeys({ authId: 'x', authKey: key })
const nowMs = 1_234_567_890_000
const path = '/foo/bar'

/** A good request, signed by the independent signer, then changed. */
function request(changes: Record<string, string | undefined> = {}, signType = 'md5', signedPath = path) {
  const parameters = { key1: 'value1', key2: 'value2', auth_id: 'x', timestamp: '1234567890' }
  const sign = signV2({ path: signedPath, parameters, key, signType })
  const all = Object.entries({ ...parameters, sign_type: signType, sign, ...changes })
  return { path: signedPath, parameters: new Map(all.filter((pair): pair is [string, string] => pair[1] !== undefined)) }
}

test('the independent signer gives the digests of the contract', () => {
  const parameters = { key2: 'value2', key1: 'value1', timestamp: '1234567890' }
  expect(signV2({ path, parameters, key })).toBe('0c3241563d435113d705bd94193d56b5')
  expect(signV2({ path, parameters: { ...parameters, auth_id: 'x' }, key })).toBe('67faa730c6f2840ec07a9ae8e570df8c')
})

test.each(['md5', 'MD5', 'hmac-sha256', 'HMAC-SHA256'])('takes a good signature by %s', async (signType) => {
  expect(await checkSignature(request({}, signType), authKeys, nowMs)).toEqual({ authId: 'x' })
})

test('takes a signature in upper-case hex digits', async () => {
  const good = request()
  good.parameters.set('sign', good.parameters.get('sign')?.toUpperCase() ?? '')
  expect(await checkSignature(good, authKeys, nowMs)).toEqual({ authId: 'x' })
})

test('reads a path that begins with // as /', async () => {
  expect(await checkSignature(request({}, 'md5', '//foo/bar'), authKeys, nowMs)).toEqual({ authId: 'x' })
})

test.each([-180_000, 180_000])('takes a timestamp that is %i ms off', async (offsetMs) => {
  expect(await checkSignature(request(), authKeys, nowMs + offsetMs)).toEqual({ authId: 'x' })
})

const blankOrMissing = ['timestamp', 'sign_type', 'sign', 'auth_id'].flatMap((name) => [
  { what: `no ${name}`, changes: { [name]: undefined }, code: '401.1' },
  { what: `a blank ${name}`, changes: { [name]: ' ' }, code: '401.1' },
])

test.each([
  ...blankOrMissing,
  { what: 'another sign_type', changes: { sign_type: 'sha1' }, code: '401.3' },
  { what: 'a sign_type that every object has', changes: { sign_type: 'constructor' }, code: '401.3' },
  { what: 'a sign that is too short', changes: { sign: 'abc' }, code: '401.4' },
  { what: 'an md5 sign called hmac-sha256', changes: { sign_type: 'hmac-sha256' }, code: '401.4' },
  { what: 'a timestamp with a sign', changes: { timestamp: '-1234567890' }, code: '401.8' },
  { what: 'a timestamp in other digits', changes: { timestamp: '１２３' }, code: '401.8' },
  { what: 'a timestamp that is too old', changes: { timestamp: '1234567709' }, code: '401.7' },
  { what: 'a timestamp from the future', changes: { timestamp: '1234568071' }, code: '401.7' },
  { what: 'an unknown auth id', changes: { auth_id: 'y' }, code: '413.1' },
  { what: 'a changed parameter', changes: { key1: 'other' }, code: '401.5' },
  { what: 'an added parameter', changes: { key3: '' }, code: '401.5' },
  { what: 'a sign that is not hex', changes: { sign: 'z'.repeat(32) }, code: '401.5' },
])('answers $code for $what', async ({ changes, code }) => {
  expect(await checkSignature(request(changes), authKeys, nowMs)).toEqual({ code })
})

test('answers the first check that fails', async () => {
  const everythingWrong = { sign_type: 'sha1', sign: 'abc', timestamp: 'soon', auth_id: 'y' }
  const repaired: Record<string, string> = {}
  const codes: unknown[] = []
  for (const [name, value] of [
    ['sign_type', 'md5'],
    ['sign', 'z'.repeat(32)],
    ['timestamp', '1'],
    ['timestamp', '1234567890'],
    ['auth_id', 'x'],
  ] as const) {
    codes.push(await checkSignature(request({ ...everythingWrong, ...repaired }), authKeys, nowMs))
    repaired[name] = value
  }
  codes.push(await checkSignature(request({ ...everythingWrong, ...repaired }), authKeys, nowMs))
  expect(codes).toEqual(['401.3', '401.4', '401.8', '401.7', '413.1', '401.5'].map((code) => ({ code })))
})

test('asks for the permission of an app or an agent only where one is named, and after the signature', async () => {
  const asked: unknown[] = []
  const deny = { ...authKeys, mayRun: async (...named: unknown[]) => asked.push(named) < 0 }
  expect(await checkSignature(request(), deny, nowMs)).toEqual({ authId: 'x' })
  const parameters = { auth_id: 'x', timestamp: '1234567890', app: 'apptest' }
  const sign = signV2({ path, parameters, key })
  const named = { path, parameters: new Map(Object.entries({ ...parameters, sign_type: 'md5', sign })) }
  expect(await checkSignature(named, deny, nowMs)).toEqual({ code: '401.6' })
  expect(asked).toEqual([['x', 'apptest', null]])
})

test('takes a signature by any of the keys of an auth id, and none without a key', async () => {
  const rotated = { ...authKeys, keysOf: async () => ['another', key] }
  expect(await checkSignature(request(), rotated, nowMs)).toEqual({ authId: 'x' })
  expect(await checkSignature(request(), { ...authKeys, keysOf: async () => [] }, nowMs)).toEqual({ code: '401.5' })
})

test('takes only the kinds of signatures that the setting names', async () => {
  expect(await checkSignature(request(), authKeys, nowMs, ['hmac-sha256'])).toEqual({ code: '401.3' })
  expect(await checkSignature(request({}, 'hmac-sha256'), authKeys, nowMs, ['hmac-sha256'])).toEqual({ authId: 'x' })
})
