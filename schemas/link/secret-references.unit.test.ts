import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hasSecretSyntax, secretNamesIn, withSecrets } from './secret-references.ts'

const values = new Map([['db', 'p"w\n密']])

test('finds references at any depth, each name once, however they are written', () => {
  expect(secretNamesIn('{"a":{"$secret":"db"},"b":[{"$secret":"k-1"}, { "\\u0024secret" :\n"db" }]}')).toEqual(['db', 'k-1'])
  expect(secretNamesIn('{"$secret":"db"}')).toEqual(['db'])
  expect(secretNamesIn(null)).toEqual([])
  expect(secretNamesIn('not {"$secret"} JSON')).toEqual([])
})

test('a text that only looks like a reference is none', () => {
  const text = JSON.stringify({ note: '{"$secret":"db"}', 'x{"$secret"': ':', secret: 'db' })
  expect(secretNamesIn(text)).toEqual([])
  expect(hasSecretSyntax(text)).toBe(false)
})

test.each([
  '{"$secret":5}',
  '{"$secret":"db","b":1}',
  '{"b":1,"$secret":"db"}',
  '{"$secret":null}',
  '{"$secret":"a b"}',
  '{"$secret":""}',
  '{"$secret":{}}',
])('refuses %s', (text) => {
  expect(secretNamesIn(text)).toHaveProperty('wrong')
  expect(() => withSecrets(text, values)).toThrow(TypeError)
})

test('puts the values in and leaves every other byte as it is', () => {
  const text = '{ "n": 12345678901234567890.10, "p":{"$secret":"db"} ,"$$secret":{"$$$secret":1}}'
  expect(withSecrets(text, values)).toBe('{ "n": 12345678901234567890.10, "p":"p\\"w\\n密" ,"$secret":{"$$secret":1}}')
  expect(() => withSecrets('{"$secret":"other"}', values)).toThrow(TypeError)
})

test('any JSON comes back as it was, with its references replaced', () => {
  const leaf = fc.oneof(fc.string(), fc.constantFrom('$secret', '"$secret"', '{"$secret":"db"}'), fc.double(), fc.boolean(), fc.constant(null))
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof({ maxDepth: 4 }, leaf, fc.constant({ $secret: 'db' }), fc.array(tie('tree')), fc.dictionary(fc.string(), tie('tree'))),
  }))
  const replaced = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(replaced)
    if (typeof value !== 'object' || value === null) return value
    if ('$secret' in value) return values.get('db')
    return Object.fromEntries(Object.entries(value).map(([key, of]) => [key, replaced(of)]))
  }
  fc.assert(
    fc.property(tree, (value) => {
      const plain = JSON.parse(JSON.stringify(value))
      expect(JSON.parse(withSecrets(JSON.stringify(plain), values))).toEqual(replaced(plain))
    }),
  )
})
