import { expect, test } from 'vitest'
import { barsOf, minuteMs, minutesShown } from '../src/pages/overview/minute-bars.ts'

const now = Date.UTC(2026, 10, 27, 12, 30, 20)
const minute = (back: number) => new Date(Math.floor(now / minuteMs) * minuteMs - back * minuteMs).toISOString()

test('an hour of bars ends with the minute of now; a minute that is not told is empty', () => {
  const bars = barsOf([{ at: minute(1), requested: 5, ended: [{ state: 'SUCCEEDED', count: 2 }] }], now)
  expect(bars).toHaveLength(minutesShown)
  expect(bars.at(-1)).toMatchObject({ requested: 0, all: 0 })
  expect(bars.at(-2)).toEqual({ at: Date.parse(minute(1)), requested: 5, all: 2, failed: 0, others: 0 })
})

test('failed are those that did not do what they should; cancelled and skipped ones are neither failed nor succeeded', () => {
  const ended = (['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'REJECTED', 'LOST', 'CANCELLED', 'SKIPPED'] as const).map((state) => ({ state, count: 1 }))
  expect(barsOf([{ at: minute(0), requested: 0, ended }], now).at(-1)).toMatchObject({ all: 7, failed: 4, others: 2 })
})

test('a platform whose clock is ahead has its newest minute last', () => {
  expect(barsOf([{ at: minute(-2), requested: 1, ended: [] }], now).at(-1)).toMatchObject({ at: Date.parse(minute(-2)), requested: 1 })
})
