import { expect, test } from 'vitest'
import { isSameSecret } from './secrets.ts'

test.each([
  ['a', 'a', true],
  ['a', 'b', false],
  ['a', 'aa', false],
  ['', 'a', false],
  ['', '', false],
])('%j for the secret %j: %s', (given, wanted, isSame) => {
  expect(isSameSecret(given, wanted)).toBe(isSame)
})
