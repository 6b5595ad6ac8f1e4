import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WallWatch } from './wall-watch.ts'

test('says nothing of a clock that goes as time does, however slow its answers are', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ passedMs: fc.nat(100_000), thereMs: fc.nat(5_000), backMs: fc.nat(5_000) })), (looks) => {
      const watch = new WallWatch()
      let now = 0
      for (const { passedMs, thereMs, backMs } of looks) {
        now += passedMs
        const read = now + thereMs
        expect(watch.look(1_700_000_000_000 + read, now, read + backMs)).toBe(0)
        now = read + backMs
      }
    }),
  )
})

test.each([3_600_000, -3_600_000])('tells once that a clock was set by %i ms', (setBy) => {
  const watch = new WallWatch()
  expect(watch.look(1_000, 0, 0)).toBe(0)
  expect(watch.look(2_000 + setBy, 1_000, 1_000)).toBe(setBy)
  expect(watch.look(3_000 + setBy, 2_000, 2_000)).toBe(0)
})

test('tells of a machine that was paused: its wall clock comes back ahead of its monotonic one', () => {
  const watch = new WallWatch()
  watch.look(1_000, 0, 0)
  expect(watch.look(61_000, 10, 10)).toBe(59_990)
})
