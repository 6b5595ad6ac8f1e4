import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test, vi } from 'vitest'
import { functionRules } from './function-rules.ts'
import { checkManifest } from './manifest.ts'

test('one schema of schemas checks all functions of all manifests, and keeps none of their names', () => {
  const checks = vi.spyOn(Ajv2020.prototype, 'validateSchema')
  try {
    const schemas = [{ $id: 'one', type: 'object' }, { $id: 'one', $defs: { two: { $id: 'two' } }, $ref: 'two' }, true]
    const functions = Object.fromEntries(schemas.map((param, index) => [`f${index}`, { param }]))
    checkManifest(JSON.stringify({ functions }), 'shop', '1')
    functionRules(JSON.stringify({ functions }))
    expect(checks.mock.calls.length).toBeGreaterThanOrEqual(6)
    expect(new Set(checks.mock.contexts).size).toBe(1)
  } finally {
    checks.mockRestore()
  }
})

test.each([
  ['a schema of another kind', { type: 'nothing' }],
  ['a reference that leads nowhere', { $ref: '#/$defs/none' }],
  ['a pattern that is none', { pattern: '(' }],
])('%s is refused', (_what, param) => {
  expect(() => checkManifest(JSON.stringify({ functions: { say: { param } } }), 'shop', '1')).toThrow(
    expect.objectContaining({ code: 'MANIFEST_INVALID', message: expect.stringContaining('functions.say.param') }),
  )
})
