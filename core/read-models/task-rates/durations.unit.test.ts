import { expect, test } from 'vitest'
import { quantileMs, upToMs } from './durations.ts'

test('a duration is in the range that ends at or above it; none is above the last', () => {
  expect([0, 10, 11, 200, 201, 5_000_000_001, Number.MAX_SAFE_INTEGER].map(upToMs)).toEqual([10, 10, 20, 200, 500, 5_000_000_000, 5_000_000_000])
})

test('a quantile is the end of the range that has it, and never above the longest run', () => {
  const ranges = [
    { upToMs: 1_000, runs: 5 },
    { upToMs: 10, runs: 95 },
  ]
  expect(quantileMs(ranges, 0.95, 640)).toBe(10)
  expect(quantileMs(ranges, 0.96, 640)).toBe(640)
  expect(quantileMs([], 0.95, 0)).toBe(0)
})
