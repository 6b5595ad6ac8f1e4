import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, describe, expect, it } from 'vitest'
import { ElvesError } from '../../foundation/errors.ts'
import { silentLogger } from '../../foundation/log.ts'
import { type Look, type PollOptions, poll } from './poll.ts'

const stopping: AbortController[] = []
afterEach(() => {
  for (const one of stopping.splice(0)) one.abort()
})

/** A poll on a clock that the test sets; `act` is called after each look is noted. */
function polling(act: (look: Look, nr: number) => Promise<boolean> = async () => false, changes: Partial<PollOptions> = {}) {
  const looks: Look[] = []
  const moves: number[] = []
  const clock = { aheadMs: 0 }
  const stop = new AbortController()
  stopping.push(stop)
  const ended = poll(
    {
      name: 'test',
      intervalMs: 1,
      logger: silentLogger,
      clock: async () => ({ text: '', ms: Date.now() + clock.aheadMs }),
      clockMoved: async (byMs) => void moves.push(byMs),
      act: async (look) => {
        looks.push(look)
        return act(look, looks.length)
      },
      ...changes,
    },
    stop.signal,
  )
  return { looks, moves, clock, stop, ended }
}

describe('a poll', () => {
  it('looks again and again until the signal aborts', async () => {
    const { looks, stop, ended } = polling()
    await waitFor(() => looks.length >= 3)
    stop.abort()
    await ended
    expect(looks.slice(0, 3).map(({ isAfterBreak }) => isAfterBreak)).toEqual([true, false, false])
    expect(looks[2]?.listenedMs).toBeGreaterThan(0)
  })

  it('looks again at once where there is more', async () => {
    const { looks, stop, ended } = polling(async (_, nr) => nr < 4, { intervalMs: 600_000 })
    await waitFor(() => looks.length === 4)
    stop.abort()
    await ended
    expect(looks).toHaveLength(4)
  })

  it('begins to listen anew after a failure', async () => {
    const { looks } = polling(async (_, nr) => {
      if (nr === 2) throw new ElvesError('STORE_UNAVAILABLE', 'away', { canRetry: true })
      return false
    })
    await waitFor(() => looks.length >= 4)
    expect(looks.slice(0, 4).map(({ isAfterBreak }) => isAfterBreak)).toEqual([true, false, true, false])
  })

  it('tells of a step of the clock before it acts on it, again where that fails, and begins to listen anew', async () => {
    const hourMs = 3_600_000
    const moves: number[] = []
    const { looks, clock } = polling(async () => false, {
      async clockMoved(byMs) {
        moves.push(byMs)
        if (moves.length === 1) throw new ElvesError('STORE_UNAVAILABLE', 'away', { canRetry: true })
      },
    })
    await waitFor(() => looks.length >= 2)
    const before = looks.length
    clock.aheadMs = hourMs
    await waitFor(() => moves.length >= 2 && looks.length > before + 1)
    for (const byMs of moves) expect(Math.abs(byMs - hourMs)).toBeLessThan(1_000)
    expect(moves).toHaveLength(2)
    const first = looks.find((look) => look.clock.ms > Date.now() + hourMs / 2)
    expect(first).toMatchObject({ isAfterBreak: true })
    expect(first?.listenedMs).toBeLessThan(1_000)
  })

  it('ends where the lease is lost', async () => {
    const { ended, looks } = polling(async () => {
      throw new ElvesError('LEASE_LOST', 'another one has it')
    })
    await expect(ended).rejects.toMatchObject({ code: 'LEASE_LOST' })
    expect(looks).toHaveLength(1)
  })
})
