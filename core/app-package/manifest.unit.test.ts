import { expect, test } from 'vitest'
import { functionRules } from './function-rules.ts'
import { checkManifest, functionsOf } from './manifest.ts'

const manifest = (functions: object) => JSON.stringify({ name: 'shop', version: '1', functions })
const say = {
  param: { type: 'object', required: ['name'], properties: { name: { type: 'string' }, lines: { type: 'array', items: { type: 'integer' } } } },
}

test('tells what the functions of an app are', () => {
  expect(functionsOf(manifest({ say: { ...say, description: 'Says it', timeoutMs: 5, idempotent: true }, any: {} }))).toEqual([
    { name: 'say', description: 'Says it', param: say.param, timeoutMs: 5, isIdempotent: true },
    { name: 'any', description: '', param: null, timeoutMs: null, isIdempotent: false },
  ])
  expect(functionsOf(null)).toEqual([])
  expect(functionsOf('{"worker": {"mode": "plain"}}')).toEqual([])
})

test('says where a parameter is not as its schema says', () => {
  const rule = functionRules(manifest({ say })).get('say')
  expect(rule?.faultOf('{"name": "a", "lines": [1]}')).toBeNull()
  expect(rule?.faultOf('{"name": "a", "lines": [1, "b"]}')).toBe('/lines/1 must be integer')
  expect(rule?.faultOf('{}')).toContain(`required property 'name'`)
  expect(rule?.faultOf(null)).toBe('the parameter must be object')
  expect(
    functionRules(manifest({ any: {} }))
      .get('any')
      ?.faultOf('[]'),
  ).toBeNull()
})

test('patterns take time in proportion to the text: one that would take for ever with the engine of JavaScript ends', () => {
  const param = { properties: { name: { pattern: '^(a+)+$' } }, patternProperties: { '^(b+)+$': false } }
  const text = manifest({ say: { param } })
  expect(() => checkManifest(text, 'shop', '1')).not.toThrow()
  const rule = functionRules(text).get('say')
  expect(rule?.faultOf(JSON.stringify({ name: `${'a'.repeat(10_000)}!` }))).toContain('/name')
  expect(rule?.faultOf(JSON.stringify({ name: 'aaa', [`${'b'.repeat(10_000)}!`]: 1 }))).toBeNull()
  expect(rule?.faultOf(JSON.stringify({ bbb: 1 }))).not.toBeNull()
})

test('patterns are found anywhere, know classes and names of all languages, and count code points', () => {
  const fault = (pattern: string, value: string) =>
    functionRules(manifest({ say: { param: { pattern } } }))
      .get('say')
      ?.faultOf(JSON.stringify(value)) ?? null
  for (const [pattern, value] of [
    ['b', 'abc'],
    ['^\\d{3}-\\w+$', '123-abc'],
    ['^\\p{L}+$', '机房'],
    ['^.$', '😀'],
    ['^(?:a|b)\\/$', 'a/'],
  ] as const) {
    expect([pattern, fault(pattern, value)]).toEqual([pattern, null])
  }
  expect(fault('^[a-c]$', 'd')).not.toBeNull()
})

test('a schema that an earlier release took refuses parameters and says why', () => {
  const rule = functionRules(manifest({ say: { param: { pattern: '(?=a)' } } })).get('say')
  expect(rule?.faultOf('"a"')).toContain('its schema in elves.json can not be used')
})

test.each([
  ['a pattern with look-around', manifest({ say: { param: { pattern: '(?=a)b' } } }), 'functions.say.param'],
  ['a pattern with a back-reference', manifest({ say: { param: { pattern: '(a)\\1' } } }), 'functions.say.param'],
  ['a pattern that is none', manifest({ say: { param: { pattern: '(' } } }), 'functions.say.param'],
  ['what is no JSON', '{', 'it is not JSON'],
  ['a list', '[]', 'the file'],
  ['the name of another app', JSON.stringify({ name: 'other' }), 'name: it is "other"'],
  ['another version', JSON.stringify({ version: 2 }), 'version: it is "2"'],
  ['a function that is none', manifest({ say: 1 }), 'functions.say'],
  ['a timeout that can not be', manifest({ say: { timeoutMs: -1 } }), 'functions.say.timeoutMs'],
  ['a schema that is none', manifest({ say: { param: { type: 'nothing' } } }), 'functions.say.param'],
])('refuses %s, with the place', (_what, text, place) => {
  expect(() => checkManifest(text, 'shop', '1')).toThrow(
    expect.objectContaining({ code: 'MANIFEST_INVALID', message: expect.stringContaining(place) }),
  )
})
