import { expect, test } from 'vitest'
import { personalKey } from './personal-key.ts'

const { seal, open } = personalKey('ANN', 'key')

test('opens what it sealed, which shows nothing of the text', () => {
  const sealed = seal('ann@例.com')
  expect(open(sealed)).toBe('ann@例.com')
  expect(sealed.includes('ann')).toBe(false)
  expect(open(seal(''))).toBe('')
})

test('seals a text always to the same bytes, and another text to others', () => {
  expect(seal('ann')).toEqual(seal('ann'))
  expect(seal('ann').subarray(0, 12)).not.toEqual(seal('bob').subarray(0, 12))
  expect(personalKey('BOB', 'key').seal('ann').subarray(12)).not.toEqual(seal('ann').subarray(12))
})

test('opens nothing of another user, of another key, altered or cut', () => {
  const sealed = seal('ann')
  expect(personalKey('BOB', 'key').open(sealed)).toBeNull()
  expect(personalKey('ANN', 'other').open(sealed)).toBeNull()
  for (let at = 0; at < sealed.length; at++) {
    const altered = Buffer.from(sealed)
    altered[at] = (altered[at] ?? 0) ^ 1
    expect(open(altered)).toBeNull()
    expect(open(sealed.subarray(0, at))).toBeNull()
  }
})
