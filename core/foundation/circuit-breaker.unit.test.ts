import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { CircuitBreaker } from './circuit-breaker.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const away = new Error('away')
let tries = 0
let isThere = false
const call = async () => {
  tries += 1
  if (!isThere) throw away
  return 'there'
}
beforeEach(() => {
  tries = 0
  isThere = false
})
const breaker = () => new CircuitBreaker({ firstMs: 100, longestMs: 400, isAway: (error) => error === away })

test('calls of something that is away make one try after each pause, which grows, and all fail', async () => {
  const one = breaker()
  const failures: unknown[] = []
  for (let ms = 0; ms < 2_000; ms += 10) {
    for (let caller = 0; caller < 5; caller++) await one.through(call).catch((error) => failures.push(error))
    vi.advanceTimersByTime(10)
  }
  expect(failures).toHaveLength(1_000)
  expect(new Set(failures)).toEqual(new Set([away]))
  // At 0, 100, 300, 700, 1 100, 1 500 and 1 900 ms.
  expect(tries).toBe(7)
})

test('calls at once make one try, and the first success ends it for all', async () => {
  const one = breaker()
  await one.through(call).catch(() => undefined)
  vi.advanceTimersByTime(100)
  isThere = true
  const results = await Promise.allSettled([one.through(call), one.through(call)])
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  expect(await Promise.all([one.through(call), one.through(call)])).toEqual(['there', 'there'])
  expect(tries).toBe(4)
})

test('calls that were under way when it went away are one failure, whatever their number', async () => {
  const one = breaker()
  const ends = Array.from({ length: 20 }, () => Promise.withResolvers<never>())
  const calls = ends.map(({ promise }) => one.through(() => promise).catch(() => undefined))
  for (const { reject } of ends) {
    vi.advanceTimersByTime(1)
    reject(away)
    await Promise.resolve()
  }
  await Promise.all(calls)
  vi.advanceTimersByTime(100)
  isThere = true
  expect(await one.through(call)).toBe('there')
})

test('another error is an answer: whoever gives it is there', async () => {
  const one = breaker()
  await one.through(call).catch(() => undefined)
  vi.advanceTimersByTime(100)
  await expect(one.through(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  isThere = true
  expect(await one.through(call)).toBe('there')
})
