import { expect, test } from 'vitest'
import { prefixed } from './log-file.ts'

test('every line begins with the name of its process, and ends', () => {
  expect(prefixed('gateway-1', 'one\ntwo\n')).toBe('gateway-1            | one\ngateway-1            | two\n')
  expect(prefixed('projection-service-1', 'one')).toBe('projection-service-1 | one\n')
})
