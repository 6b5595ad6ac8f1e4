import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isRejection } from '../decision.ts'
import { given } from '../testing/given.ts'
import { type ScheduleCommand, type ScheduleEvent, scheduleAggregate } from './schedule.ts'
import { nextInstants, type ScheduleSettings } from './settings.ts'
import { scheduleSettings } from './testing.ts'

const { decider } = scheduleAggregate
const now = Date.UTC(2026, 0, 1, 12)
const hour = 3_600_000
const asked = { idempotencyKey: null, now } as const
const hourly = scheduleSettings({ rule: '0 0 * * * ?' })
const create: ScheduleCommand = { ...asked, type: 'CreateSchedule', settings: hourly, isPaused: false, requestHash: 'h' }
const created: ScheduleEvent = { type: 'ScheduleCreated', data: { ...hourly, isPaused: false, since: now, idempotencyKey: null, requestHash: 'h' } }
const paused: ScheduleEvent = { type: 'SchedulePaused', data: { at: now, idempotencyKey: null } }
const deleted: ScheduleEvent = { type: 'ScheduleDeleted', data: { at: now, idempotencyKey: null } }
const ofPause = (from: number, before: number): ScheduleEvent => ({
  type: 'ScheduleInstantsNotFired',
  data: { rule: hourly.rule, timeZone: 'UTC', from, before, outcome: 'SKIPPED', reason: 'PAUSED: the schedule was paused' },
})

describe('a schedule', () => {
  test('is made once for a key', () => {
    given(decider, []).when(create).then([created])
    given(decider, [created]).when(create).then([])
    given(decider, [created])
      .when({ ...create, requestHash: 'another' })
      .then('IDEMPOTENCY_KEY_REUSED')
  })

  test.each<[Partial<ScheduleSettings>, string]>([
    [{ rule: '0 0 25 * * ?' }, 'RULE_INVALID'],
    [{ rule: '0 0 0 30 2 ?' }, 'RULE_NEVER_FIRES'],
    [{ endsAt: now + 1 }, 'RULE_NEVER_FIRES'],
    [{ timeZone: 'Nowhere' }, 'TIME_ZONE_UNKNOWN'],
    [{ startsAt: now + 2, endsAt: now + 1 }, 'SCHEDULE_INVALID'],
    [{ startsAt: Number.NaN }, 'SCHEDULE_INVALID'],
    [{ misfireGraceMs: 1.5 }, 'SCHEDULE_INVALID'],
    [{ misfire: 'UNKNOWN' }, 'SCHEDULE_INVALID'],
    [{ overlap: 'UNKNOWN' }, 'SCHEDULE_INVALID'],
    [{ name: 'x'.repeat(257) }, 'SCHEDULE_INVALID'],
    [{ app: '..' }, 'APP_INVALID'],
    [{ startWithinMs: -1 }, 'START_WITHIN_INVALID'],
  ])('with %j is refused as %s', (changes, code) => {
    given(decider, [])
      .when({ ...create, settings: { ...hourly, ...changes } })
      .then(code as 'RULE_INVALID')
  })

  test('that is unknown or deleted is refused', () => {
    for (const type of ['PauseSchedule', 'ResumeSchedule'] as const) {
      given(decider, [])
        .when({ ...asked, type })
        .then('SCHEDULE_UNKNOWN')
      given(decider, [created, deleted])
        .when({ ...asked, type })
        .then('SCHEDULE_DELETED')
    }
    given(decider, [created, deleted])
      .when({ ...asked, type: 'DeleteSchedule' })
      .then([])
  })

  test('says which instants a pause had, where it ends: by a resume, a change or a deletion', () => {
    const later = { idempotencyKey: null, now: now + 3 * hour + 1 }
    const instants = ofPause(now + hour, now + 3 * hour + 2)
    given(decider, [created, paused])
      .when({ ...later, type: 'ResumeSchedule' })
      .then([instants, { type: 'ScheduleResumed', data: { since: later.now, idempotencyKey: null } }])
    given(decider, [created, paused])
      .when({ ...later, type: 'DeleteSchedule' })
      .then([instants, { type: 'ScheduleDeleted', data: { at: later.now, idempotencyKey: null } }])
    given(decider, [created, paused])
      .when({ ...later, type: 'ChangeSchedule', changes: { func: 'echo' } })
      .then([instants, { type: 'ScheduleChanged', data: { ...hourly, func: 'echo', since: later.now, idempotencyKey: null } }])
    given(decider, [created, paused])
      .when({ ...asked, now: now + 5, type: 'ResumeSchedule' })
      .then([{ type: 'ScheduleResumed', data: { since: now + 5, idempotencyKey: null } }])
  })

  test('that is changed to what it is stays as it is', () => {
    given(decider, [created])
      .when({ ...asked, type: 'ChangeSchedule', changes: { rule: hourly.rule } })
      .then([])
  })

  test('ends only where it has no further instant, and runs again where it is changed', () => {
    given(decider, [created]).when({ type: 'EndSchedule', now }).then([])
    const ended: ScheduleEvent = { type: 'ScheduleEnded', data: { at: now + 3 * hour } }
    const short: ScheduleEvent = { type: 'ScheduleChanged', data: { ...hourly, endsAt: now + 2 * hour, since: now, idempotencyKey: null } }
    given(decider, [created, short])
      .when({ type: 'EndSchedule', now: now + 3 * hour })
      .then([ended])
    given(decider, [created, short, ended])
      .when({ ...asked, now: now + 3 * hour, type: 'ChangeSchedule', changes: { endsAt: null } })
      .then([{ type: 'ScheduleChanged', data: { ...hourly, since: now + 3 * hour, idempotencyKey: null } }])
  })

  test('has no instant recorded twice, whichever owners record it', () => {
    const range = { rule: hourly.rule, timeZone: 'UTC', from: now + hour, before: now + 2 * hour + 1, outcome: 'MISSED', reason: 'x' } as const
    const recorded: ScheduleEvent = { type: 'ScheduleInstantsNotFired', data: range }
    given(decider, [created]).when({ type: 'RecordNotFired', range }).then([recorded])
    given(decider, [created, recorded]).when({ type: 'RecordNotFired', range }).then([])
    const longer = { ...range, before: now + 4 * hour }
    given(decider, [created, recorded])
      .when({ type: 'RecordNotFired', range: longer })
      .then([{ type: 'ScheduleInstantsNotFired', data: { ...longer, from: range.before } }])
    given(decider, []).when({ type: 'RecordNotFired', range }).then('SCHEDULE_UNKNOWN')
  })
})

test('any sequence of commands keeps what is true of a schedule', () => {
  const step = fc.record({
    type: fc.constantFrom(
      'PauseSchedule' as const,
      'ResumeSchedule' as const,
      'DeleteSchedule' as const,
      'EndSchedule' as const,
      'ChangeSchedule' as const,
    ),
    after: fc.integer({ min: 0, max: 10 * hour }),
    rule: fc.constantFrom('0 0 * * * ?', '0 30 2 * * ?', '0/20 * * * * ?', '0 0 13 1 1 ? 2026'),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 15 }), (steps) => {
      let state = [created].reduce(decider.evolve, decider.initialState)
      let at = now
      let before = 0
      for (const { type, after, rule } of steps) {
        at += after
        const changes = { rule }
        const command = { type, now: at, idempotencyKey: null, ...(type === 'ChangeSchedule' && { changes }) } as ScheduleCommand
        const decision = decider.decide(command, state)
        const phase = state.phase
        if (isRejection(decision)) {
          expect(phase === 'DELETED' || decision.rejected === 'RULE_NEVER_FIRES').toBe(true)
          continue
        }
        for (const event of decision) {
          if (event.type === 'ScheduleInstantsNotFired') {
            const { data } = event
            // Only of a pause, of real instants, and each once.
            expect([phase, data.outcome, data.from >= before]).toEqual(['PAUSED', 'SKIPPED', true])
            expect(nextInstants({ ...data, startsAt: null, endsAt: null }, data.from - 1, 1)).toEqual([data.from])
            before = data.before
          }
          state = decider.evolve(state, event)
        }
        // The same again changes nothing.
        expect(decider.decide(command, state)).toEqual([])
      }
    }),
  )
})
