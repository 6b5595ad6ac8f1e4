import { expect, test } from 'vitest'
import { figure, quantile } from './figure.ts'

test('shows the medians, their ratio and the spread', () => {
  expect(figure('x', 'ms', [3, 1, 2], [0.5, 1, 2])).toEqual({ name: 'x', unit: 'ms', value: 2, baseline: 1, ratio: 2, runs: [1, 2, 3] })
})

test('has no ratio where nothing raw compares', () => {
  expect(figure('x', 'ms', [1], [])).toMatchObject({ baseline: null, ratio: null })
  expect(figure('x', '%', [1], [0])).toMatchObject({ baseline: 0, ratio: null })
})

test('takes quantiles by nearest rank', () => {
  const values = Array.from({ length: 100 }, (_, index) => index + 1)
  expect([quantile(values, 0.5), quantile(values, 0.99), quantile(values, 1), quantile(values, 0)]).toEqual([50, 99, 100, 1])
})
