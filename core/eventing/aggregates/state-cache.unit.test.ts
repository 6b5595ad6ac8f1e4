import { expect, test } from 'vitest'
import { StateCache } from './state-cache.ts'

test('keeps no more streams than it may, those that were used last', () => {
  const cache = new StateCache<string>({ size: 2 })
  for (const stream of ['a', 'b']) cache.set(stream, { state: stream, version: 0 })
  cache.get('a')
  cache.set('c', { state: 'c', version: 0 })
  expect([cache.size, cache.peek('a')?.state, cache.peek('b'), cache.peek('c')?.state]).toEqual([2, 'a', undefined, 'c'])
})

test('keeps no more bytes than it may, whatever becomes of a state', () => {
  const cache = new StateCache<string>({ size: 100, bytes: 10, bytesOf: (state) => state.length })
  cache.set('a', { state: '12345678', version: 0 })
  cache.set('a', { state: '1234', version: 1 })
  cache.set('b', { state: '123456', version: 0 })
  expect([cache.peek('a')?.version, cache.peek('b')?.version]).toEqual([1, 0])
  cache.set('c', { state: '1', version: 0 })
  expect([cache.peek('a'), cache.peek('b')?.version, cache.peek('c')?.version]).toEqual([undefined, 0, 0])
  cache.set('d', { state: '12345678901', version: 0 })
  expect(cache.size).toBe(0)
  cache.set('e', { state: '1234567890', version: 0 })
  expect(cache.peek('e')?.version).toBe(0)
})
