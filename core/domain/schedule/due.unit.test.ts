import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decideDue, lateMs, type PreviousFire } from './due.ts'
import { lastInstantIn, nextInstants, type ScheduleSettings } from './settings.ts'
import { scheduleSettings } from './testing.ts'

const minute = 60_000
/** An instant of `0 * * * * ?`. */
const noon = Date.UTC(2026, 0, 1, 12)
const everyMinute = scheduleSettings({ rule: '0 * * * * ?' })

function decided(changes: Partial<ScheduleSettings>, more: { now: number; next?: number; until?: number | null; previous?: PreviousFire | null }) {
  const { now, next = noon, until = null, previous = null } = more
  const { notFired, fire } = decideDue({ settings: { ...everyMinute, ...changes }, next, until, previous }, now)
  return {
    fire,
    notFired: notFired && { from: notFired.from, before: notFired.before, outcome: notFired.outcome, code: notFired.reason.split(':')[0] },
  }
}

const missed = (from: number, before: number) => ({ from, before, outcome: 'MISSED', code: 'MISFIRE' })

describe('what is due', () => {
  test('fires where it is found in time, whatever the policy', () => {
    for (const misfire of ['SKIP', 'FIRE_ONCE', 'FIRE_ALL'] as const) {
      expect(decided({ misfire, misfireGraceMs: 0 }, { now: noon + lateMs })).toEqual({ fire: noon, notFired: null })
    }
    expect(decided({}, { now: noon - 1 })).toEqual({ fire: null, notFired: null })
  })

  test('is missed where it is late, with SKIP', () => {
    expect(decided({ misfire: 'SKIP' }, { now: noon + 5 * minute })).toEqual({ fire: null, notFired: missed(noon, noon + 5 * minute - lateMs) })
  })

  test('fires the latest only, with FIRE_ONCE, unless all are older than the grace', () => {
    const now = noon + 5 * minute + 2_000
    expect(decided({ misfire: 'FIRE_ONCE' }, { now })).toEqual({ fire: noon + 5 * minute, notFired: missed(noon, noon + 5 * minute) })
    expect(decided({ misfire: 'FIRE_ONCE' }, { now: noon + 5_000 })).toEqual({ fire: noon, notFired: null })
    expect(decided({ misfire: 'FIRE_ONCE', misfireGraceMs: 1_500 }, { now })).toEqual({ fire: null, notFired: missed(noon, now + 1) })
  })

  test('fires all that are not older than the grace, one after another, with FIRE_ALL', () => {
    const now = noon + 5 * minute + 2_000
    const given = { misfire: 'FIRE_ALL', misfireGraceMs: 2 * minute } as const
    expect(decided(given, { now })).toEqual({ fire: null, notFired: missed(noon, now - 2 * minute) })
    expect(decided(given, { now, next: noon + 4 * minute })).toEqual({ fire: noon + 4 * minute, notFired: null })
  })

  test('is left out while the task before runs, with SKIP, and waits for it with QUEUE', () => {
    const running = { taskId: 'A', endedAt: null }
    const now = noon + 3 * minute
    expect(decided({ overlap: 'SKIP' }, { now, previous: running }).notFired).toEqual({
      from: noon,
      before: now + 1,
      outcome: 'SKIPPED',
      code: 'OVERLAP',
    })
    expect(decided({ overlap: 'QUEUE' }, { now, previous: running })).toEqual({ fire: null, notFired: null })
    expect(decided({ overlap: 'QUEUE', misfire: 'SKIP' }, { now, previous: { taskId: 'A', endedAt: now - 10 } }).fire).toBe(noon)
    expect(decided({ overlap: 'ALLOW' }, { now: noon, previous: running }).fire).toBe(noon)
  })

  test('is missed where the schedule was changed since', () => {
    expect(decided({}, { now: noon + 10, until: noon + 5 })).toEqual({ fire: null, notFired: missed(noon, noon + 6) })
  })
})

test('whatever the policy and however late the looks, every instant is settled once and in order', () => {
  const looks = fc.array(fc.integer({ min: 0, max: 400_000 }), { minLength: 1, maxLength: 40 })
  const policies = fc.record({
    misfire: fc.constantFrom('SKIP' as const, 'FIRE_ONCE' as const, 'FIRE_ALL' as const),
    misfireGraceMs: fc.integer({ min: 0, max: 300_000 }),
    overlap: fc.constantFrom('ALLOW' as const, 'SKIP' as const),
    rule: fc.constantFrom('0 * * * * ?', '0/7 * * * * ?', '5,6,50 0/3 * * * ?'),
  })
  fc.assert(
    fc.property(policies, looks, fc.func(fc.boolean()), (policy, waits, isRunning) => {
      const timing = { ...everyMinute, ...policy }
      let now = noon
      let settled = noon - 1
      for (const wait of waits) {
        now += wait
        for (let [next] = nextInstants(timing, settled, 1); next !== undefined && next <= now; [next] = nextInstants(timing, settled, 1)) {
          const previous = isRunning(next) ? { taskId: 'A', endedAt: null } : null
          const { notFired, fire } = decideDue({ settings: timing, next, until: null, previous }, now)
          const last = notFired ? lastInstantIn(timing, notFired.from, notFired.before) : null
          if (notFired) expect([notFired.from, last !== null && last <= now]).toEqual([next, true])
          const after = last ?? next - 1
          if (fire !== null) expect(nextInstants(timing, after, 1)).toEqual([fire])
          expect(notFired !== null || fire !== null).toBe(true)
          settled = fire ?? after
        }
      }
    }),
  )
})
