import fc from 'fast-check'
import { Counter, Histogram, Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { durations, gauge, labelledCounter, labelledDurations } from './metrics.ts'

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

test('counts and durations read as those of prom-client do', async () => {
  const one = fc.constantFrom('a', 'b', 'not known before')
  const two = fc.constantFrom('c', 'd')
  const seconds = fc.double({ min: 0, max: 4_000, noNaN: true })
  const happened = fc.array(fc.record({ one, two, count: fc.integer({ min: 0, max: 3 }), seconds }))
  await fc.assert(
    fc.asyncProperty(happened, happened, async (before, after) => {
      const [ours, theirs] = [new Registry(), new Registry()]
      const labels = { one: ['a', 'b'], two: ['c', 'd'] }
      const counter = labelledCounter(ours, { name: 'elves_x_total', help: 'x', labels })
      const histogram = labelledDurations(ours, { name: 'elves_y_seconds', help: 'y', labels })
      const whole = durations(ours, 'elves_z_seconds', 'z')
      const known = labels.one.flatMap((a) => labels.two.map((b) => ({ one: a, two: b })))
      const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800]
      const theirCounter = new Counter({ name: 'elves_x_total', help: 'x', labelNames: ['one', 'two'], registers: [theirs] })
      const theirHistogram = new Histogram({ name: 'elves_y_seconds', help: 'y', labelNames: ['one', 'two'], buckets, registers: [theirs] })
      const theirWhole = new Histogram({ name: 'elves_z_seconds', help: 'z', buckets, registers: [theirs] })
      for (const values of known) {
        theirCounter.inc(values, 0)
        theirHistogram.zero(values)
      }
      // Read in between, because a count must not be told twice.
      for (const part of [before, after]) {
        for (const { count, seconds: took, ...values } of part) {
          counter.inc(values, count)
          counter.labels(values).inc()
          histogram.observe(values, took)
          whole.observe(took)
          theirCounter.inc(values, count)
          theirCounter.inc(values)
          theirHistogram.observe(values, took)
          theirWhole.observe(took)
        }
        expect(await ours.metrics()).toBe(await theirs.metrics())
      }
    }),
    { numRuns: 50 },
  )
})
