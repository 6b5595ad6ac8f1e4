import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { retrying, unlessAborted, within } from './waiting.ts'

describe('within', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('returns the result, and leaves no timer', async () => {
    expect(await within(1_000, Promise.resolve('done'), null)).toBe('done')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('returns the other value when the time is over, and ignores a later rejection', async () => {
    const { promise, reject } = Promise.withResolvers<string>()
    const waited = within(1_000, promise, null)
    vi.advanceTimersByTime(1_000)
    expect(await waited).toBeNull()
    reject(new Error('too late'))
  })

  it('throws what the work throws, and leaves no timer', async () => {
    await expect(within(1_000, Promise.reject(new Error('broken')), null)).rejects.toThrow('broken')
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('unlessAborted', () => {
  it('rejects with the reason of the signal, and ignores a later rejection', async () => {
    const { promise, reject } = Promise.withResolvers<string>()
    const controller = new AbortController()
    const waited = unlessAborted(promise, controller.signal)
    controller.abort(new Error('stopped'))
    await expect(waited).rejects.toThrow('stopped')
    reject(new Error('too late'))
  })

  it('rejects at once with a signal that is aborted, also where the work is done', async () => {
    await expect(unlessAborted(Promise.resolve('done'), AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped')
  })
})

describe('retrying', () => {
  const passing = { firstMs: 1, longestMs: 4, isPassing: () => true }
  const failingTimes = (times: number) => {
    let tries = 0
    return async () => {
      tries += 1
      if (tries <= times) throw new Error(`try ${tries}`)
      return tries
    }
  }

  it('tries until it succeeds, after pauses that grow up to the longest', async () => {
    const pauses: number[] = []
    expect(await retrying(failingTimes(4), { ...passing, failed: (_, pauseMs) => pauses.push(pauseMs) })).toBe(5)
    expect(pauses).toEqual([1, 2, 4, 4])
  })

  it('throws what does not pass', async () => {
    await expect(retrying(failingTimes(9), { ...passing, isPassing: (error) => String(error) !== 'Error: try 3' })).rejects.toThrow('try 3')
  })

  it('gives up before a pause that would end after the time', async () => {
    await expect(retrying(failingTimes(9), { ...passing, firstMs: 60_000, longestMs: 60_000, giveUpMs: 59_000 })).rejects.toThrow('try 1')
  })

  it('cuts a pause short at the signal', async () => {
    const controller = new AbortController()
    const options = { ...passing, firstMs: 60_000, longestMs: 60_000, signal: controller.signal }
    expect(await retrying(failingTimes(1), { ...options, failed: () => controller.abort() })).toBe(2)
  })
})
