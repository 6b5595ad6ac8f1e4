import { expect, test } from 'vitest'
import { functionRules } from './function-rules.ts'

const properties = {
  user: { type: 'string' },
  password: { type: 'string', minLength: 20, pattern: '^x' },
  'a/b': { enum: ['one'] },
  size: { type: 'integer' },
}
const schema = { type: 'object', properties, required: ['password'], additionalProperties: false }
const rule = functionRules(JSON.stringify({ functions: { f: { param: schema } } })).get('f')
const faultOf = (param: unknown) => rule?.faultOf(JSON.stringify(param))
const secret = { $secret: 'db' }

test('a reference to a secret is a text for a schema, of whatever form', () => {
  expect(faultOf({ password: secret })).toBeNull()
  expect(faultOf({ password: secret, user: secret, 'a/b': secret })).toBeNull()
})

test('it is nothing but a text, and everything else is held against the schema as before', () => {
  expect(faultOf({ password: secret, size: secret })).toBe('/size must be integer')
  expect(faultOf({ user: secret })).toContain("must have required property 'password'")
  expect(faultOf({ password: 'short' })).toContain('/password must NOT have fewer than 20 characters')
  expect(faultOf(secret)).toContain('must be object')
  // An escaped key is the key that it means.
  expect(faultOf({ password: secret, $$secret: 1 })).toContain('must NOT have additional properties')
})
