import { expect, test } from 'vitest'
import { keyedHash, sealing } from './sealing.ts'

const { seal, open } = sealing('service secret', 'test')

test('opens what it sealed, in its place only', () => {
  const sealed = seal('key 1', 'sécret 密')
  expect(open('key 1', sealed)).toBe('sécret 密')
  expect(open('key 2', sealed)).toBeNull()
  expect(sealed.includes('cret')).toBe(false)
  expect(seal('key 1', 'sécret 密')).not.toEqual(sealed)
})

test('does not open what another secret or another purpose sealed, or what was altered or cut', () => {
  const sealed = seal('key 1', 'secret')
  expect(sealing('another secret', 'test').open('key 1', sealed)).toBeNull()
  expect(sealing('service secret', 'other').open('key 1', sealed)).toBeNull()
  for (let at = 0; at < sealed.length; at++) {
    const altered = Buffer.from(sealed)
    altered[at] = (altered[at] ?? 0) ^ 1
    expect(open('key 1', altered)).toBeNull()
    expect(open('key 1', sealed.subarray(0, at))).toBeNull()
  }
})

test('hashes under a key of the service secret and the purpose', () => {
  const hash = keyedHash('service secret', 'test')
  expect(hash('x')).toBe(keyedHash('service secret', 'test')('x'))
  expect(hash('x')).not.toBe(keyedHash('another', 'test')('x'))
  expect(hash('x')).not.toBe(keyedHash('service secret', 'other')('x'))
})
