import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { gauge, labelledCounter, labelledDurations } from './metrics.ts'

test('every combination of known labels is there before anything happens', async () => {
  const registry = new Registry()
  labelledCounter(registry, { name: 'elves_x_total', help: 'x', labels: { one: ['a', 'b'], two: ['c', 'd'] } })
  labelledDurations(registry, { name: 'elves_y_seconds', help: 'y', labels: { one: ['a', 'b'] } })
  const text = await registry.metrics()
  for (const [one, two] of ['ac', 'ad', 'bc', 'bd']) expect(text).toContain(`elves_x_total{one="${one}",two="${two}"} 0`)
  for (const one of ['a', 'b']) expect(text).toContain(`elves_y_seconds_count{one="${one}"} 0`)
})

test('a gauge with nothing to tell is absent, instead of keeping its last value', async () => {
  const registry = new Registry()
  let value: number | null = 3
  gauge(registry, 'elves_z', 'z', () => value)
  expect(await registry.metrics()).toContain('elves_z 3')
  value = null
  expect(await registry.metrics()).not.toMatch(/^elves_z/m)
})
