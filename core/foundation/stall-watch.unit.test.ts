import { expect, test } from 'vitest'
import { StallWatch } from './stall-watch.ts'

test('says nothing of work that is late by some rounds', () => {
  const watch = new StallWatch(1_000, 0)
  expect([1_000, 2_000, 6_000, 10_000].map((now) => watch.look(now))).toEqual([false, false, false, false])
})

test('tells once of work that stood still for longer than three rounds and a second', () => {
  const watch = new StallWatch(1_000, 0)
  expect([4_001, 5_000, 9_001].map((now) => watch.look(now))).toEqual([true, false, true])
})
