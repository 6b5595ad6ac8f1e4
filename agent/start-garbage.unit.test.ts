import { afterEach, expect, test, vi } from 'vitest'
import { collectStartGarbage } from './start-garbage.ts'

const { gc } = globalThis
afterEach(() => {
  vi.useRealTimers()
  Object.assign(globalThis, { gc })
})

test('collects once, some time after the start, and never again', () => {
  vi.useFakeTimers()
  const collect = vi.fn()
  Object.assign(globalThis, { gc: collect })
  collectStartGarbage()
  expect(collect).not.toHaveBeenCalled()
  vi.advanceTimersByTime(60_000)
  expect(collect.mock.calls).toEqual([[{ type: 'major', execution: 'sync', flavor: 'last-resort' }]])
})

test('leaves a process alone that may not collect by itself', () => {
  vi.useFakeTimers()
  Object.assign(globalThis, { gc: undefined })
  collectStartGarbage()
  expect(vi.getTimerCount()).toBe(0)
})
