import { expect, test } from 'vitest'
import { Rates } from './rates.ts'

test('tells how fast each counter grows, and the fastest so far', () => {
  const rates = new Rates()
  expect(rates.take(0, { a: 10 })).toEqual({})
  expect(rates.take(2_000, { a: 30, b: 5 })).toEqual({ a: { perSecond: 10, perSecondMax: 10 }, b: { perSecond: 0, perSecondMax: 0 } })
  expect(rates.take(3_000, {})).toEqual({ a: { perSecond: 10, perSecondMax: 10 }, b: { perSecond: 0, perSecondMax: 0 } })
  expect(rates.take(4_000, { a: 32, b: 6 })).toEqual({ a: { perSecond: 1, perSecondMax: 10 }, b: { perSecond: 0.5, perSecondMax: 0.5 } })
})

test('a counter that began anew has not grown, and a clock that stood still or went back divides by nothing', () => {
  const rates = new Rates()
  rates.take(1_000, { a: 10 })
  rates.take(2_000, { a: 20 })
  expect(rates.take(3_000, { a: 3 })).toEqual({ a: { perSecond: 0, perSecondMax: 10 } })
  expect(rates.take(3_000, { a: 9 })).toEqual({ a: { perSecond: 0, perSecondMax: 10 } })
  expect(rates.take(2_000, { a: 9 })).toEqual({ a: { perSecond: 0, perSecondMax: 10 } })
})
