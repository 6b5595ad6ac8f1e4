import { expect, test } from 'vitest'
import { type KnownGuard, looksOutFor, outcomeOf } from './known-guard.ts'

const guard = (changes: Partial<KnownGuard> = {}): KnownGuard => ({
  id: 'A',
  app: 'shop',
  name: 'g',
  funcs: ['*'],
  pattern: 'rm -rf',
  outcome: 'REFUSE',
  message: '',
  approvalMs: 1,
  setAt: 0,
  setBy: { kind: 'LOCAL', id: 'local', name: null },
  position: 'p',
  version: 0,
  ...changes,
})
const call = (param: string | null, app = 'shop', func = 'exec') => ({ app, func, param })

test('looks out for its app, its functions and its pattern', () => {
  expect(looksOutFor(guard(), call('"rm -rf /"'))).toBe(true)
  expect(looksOutFor(guard(), call('"ls"'))).toBe(false)
  expect(looksOutFor(guard(), call('"rm -rf /"', 'other'))).toBe(false)
  expect(looksOutFor(guard({ app: '*' }), call('"rm -rf /"', 'other'))).toBe(true)
  expect(looksOutFor(guard({ funcs: ['other'] }), call('"rm -rf /"'))).toBe(false)
  expect(looksOutFor(guard({ pattern: null }), call(null))).toBe(true)
  expect(looksOutFor(guard({ pattern: '^$' }), call(null))).toBe(true)
})

test('is not evaded by escapes in the JSON of a parameter', () => {
  expect(looksOutFor(guard(), call('"\\u0072m -rf /"'))).toBe(true)
  expect(looksOutFor(guard(), call('{"a":["\\u0072m\\u0020-rf /"]}'))).toBe(true)
  expect(looksOutFor(guard({ pattern: '"b"' }), call('"a\\"b\\"c"'))).toBe(true)
  expect(looksOutFor(guard({ pattern: '"b"' }), call('{"x":["a\\"b\\"c"]}'))).toBe(true)
  expect(looksOutFor(guard({ pattern: 'a\\nb' }), call('{"x":"a\\nb"}'))).toBe(true)
})

test('is not evaded by a key that occurs twice, of which the worker may take either', () => {
  expect(looksOutFor(guard(), call('{"cmd":"\\u0072m -rf /","cmd":"ls"}'))).toBe(true)
  expect(looksOutFor(guard(), call('{"cmd":"ls", "cmd":"\\u0072m -rf /"}'))).toBe(true)
  expect(looksOutFor(guard({ pattern: '"cmd":"rm' }), call('{ "c\\u006dd" : "\\u0072m -rf /", "cmd": "ls" }'))).toBe(true)
  expect(looksOutFor(guard({ pattern: '"force":true' }), call('{"force" : true, "f\\u006frce": false}'))).toBe(true)
  expect(looksOutFor(guard(), call('{"cmd":"ls","cmd":"ls -l"}'))).toBe(false)
})

test('takes an outcome of a later release as the strictest, and a pattern that it can not read as one that finds everything', () => {
  expect(outcomeOf({ outcome: 'ASK_TWICE' })).toBe('REFUSE')
  expect(looksOutFor(guard({ pattern: '(?<=a)b' }), call('"x"'))).toBe(true)
})
