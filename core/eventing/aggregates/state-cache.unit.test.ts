import fc from 'fast-check'
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

test('keeps what is over for a moment only, and what goes on again as long as the others', () => {
  const cache = new StateCache<'open' | 'over'>({ size: 10_000, isOver: (state) => state === 'over' })
  const names = Array.from({ length: 3_000 }, (_, index) => `${index}`)
  for (const name of names) {
    cache.set(name, { state: 'open', version: 0 })
    cache.set(name, { state: 'over', version: 1 })
  }
  expect([cache.size, cache.peek('0'), cache.peek('2999')?.state]).toEqual([2_000, undefined, 'over'])
  cache.set('2999', { state: 'open', version: 2 })
  for (const name of names.slice(0, 2_500)) cache.set(name, { state: 'over', version: 1 })
  expect([cache.size, cache.get('2999'), cache.peek('2998')]).toEqual([2_001, { state: 'open', version: 2 }, undefined])
  cache.delete('2999')
  expect(cache.size).toBe(2_000)
})

test('keeps what a plain list in the order of use would keep, after any calls', () => {
  const call = fc.record({
    what: fc.constantFrom('get', 'set', 'peek', 'delete'),
    stream: fc.constantFrom(...'abcdef'),
    bytes: fc.integer({ min: 0, max: 9 }),
  })
  fc.assert(
    fc.property(fc.array(call, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 20 }), (calls, size, most) => {
      const cache = new StateCache<number>({ size, bytes: most, bytesOf: (state) => state })
      let kept: { stream: string; state: number }[] = []
      for (const { what, stream, bytes } of calls) {
        const known = kept.find((one) => one.stream === stream)
        const others = kept.filter((one) => one.stream !== stream)
        if (what === 'set') {
          cache.set(stream, { state: bytes, version: 0 })
          kept = [...others, { stream, state: bytes }]
        } else if (what === 'delete') {
          cache.delete(stream)
          kept = others
        } else {
          expect(cache[what as 'get' | 'peek'](stream)?.state).toBe(known?.state)
          if (what === 'get' && known) kept = [...others, known]
        }
        while (kept.length > size || kept.reduce((sum, { state }) => sum + state, 0) > most) kept = kept.slice(1)
        expect(cache.size).toBe(kept.length)
        for (const one of kept) expect(cache.peek(one.stream)?.state).toBe(one.state)
      }
    }),
  )
})
