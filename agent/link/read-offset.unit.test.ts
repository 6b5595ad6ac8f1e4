import { expect, test } from 'vitest'
import { ReadOffset } from './read-offset.ts'

test('never goes beyond an own instruction that is not in the journal yet', async () => {
  const offset = new ReadOffset(5n)
  const first = Promise.withResolvers<void>()
  const second = Promise.withResolvers<void>()
  offset.passed(5n, undefined)
  offset.passed(6n, first.promise)
  offset.passed(7n, undefined)
  offset.passed(8n, second.promise)
  expect(offset.next).toBe(6n)
  second.resolve()
  await second.promise
  expect(offset.next).toBe(6n)
  first.resolve()
  await first.promise
  expect(offset.next).toBe(9n)
})

test('a new session reads again what the last one did not bring into the journal', () => {
  const offset = new ReadOffset(5n)
  offset.passed(5n, new Promise(() => undefined))
  offset.passed(6n, undefined)
  offset.rewind()
  expect(offset.next).toBe(5n)
  offset.passed(5n, undefined)
  expect(offset.next).toBe(6n)
})

test('begins where it is told to, only where nothing is known', () => {
  const fresh = new ReadOffset()
  expect(fresh.next).toBeNull()
  fresh.begin(7n)
  fresh.begin(9n)
  expect(fresh.next).toBe(7n)
  fresh.reset(2n)
  expect(fresh.next).toBe(2n)
})
