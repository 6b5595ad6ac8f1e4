import { expect, test } from 'vitest'
import { type Probe, type ProbeAnswer, untilUnfit } from './probe.ts'

/** A probe with these answers in turn, which then aborts: if it was not unfit by then, the result is null. */
function answering(answers: readonly ProbeAnswer[], limits: Omit<Probe<unknown>, 'ask' | 'everyMs'>): Promise<string | null> {
  const end = new AbortController()
  const left = [...answers]
  const ask = async (): Promise<ProbeAnswer> => {
    const answer = left.shift() ?? 'well'
    if (left.length === 0) end.abort()
    return answer
  }
  return untilUnfit({}, { ask, everyMs: 1, ...limits }, end.signal)
}

test('what says often enough in a row that it can not work is unfit', async () => {
  expect(await answering(['well', 'broken', 'broken', 'broken', 'well'], { brokenTimes: 3 })).toContain('3 times')
})

test('one good answer takes all back', async () => {
  expect(await answering(['broken', 'broken', 'well', 'broken', 'broken', 'silent', 'broken'], { brokenTimes: 3, silentMs: 60_000 })).toBeNull()
})

test('what takes long to start may be silent until it has answered once', async () => {
  expect(await answering(['silent', 'silent', 'well'], { silentMs: 0, isSlowToStart: true })).toBeNull()
  expect(await answering(['silent', 'well', 'silent', 'well'], { silentMs: 0, isSlowToStart: true })).toContain('not answered')
})

test('silence must last', async () => {
  expect(await answering(['silent', 'silent', 'silent', 'silent'], { silentMs: 60_000 })).toBeNull()
  expect(await answering(['silent', 'well'], { silentMs: 0 })).toContain('not answered')
})
