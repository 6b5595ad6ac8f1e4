import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { nextFire, nextFires } from './fire-times.ts'
import { parseRule, type Rule, ruleLength } from './rule.ts'
import { type TimeZone, timeZone } from './time-zone.ts'

vi.setConfig({ testTimeout: 120_000 })

const days = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']
const month = fc.record({ year: fc.integer({ min: 1990, max: 2090 }), month: fc.integer({ min: 1, max: 12 }) })
type Month = { readonly year: number; readonly month: number }

function ruleOf(text: string): Rule {
  const rule = parseRule(text)
  if ('rejected' in rule) throw new Error(`${text}: ${rule.message}`)
  return rule
}

function zone(name: string): TimeZone {
  const found = timeZone(name)
  if ('rejected' in found) throw new Error(found.message)
  return found
}

function refusal(text: string): string {
  const rule = parseRule(text)
  return 'rejected' in rule ? `${rule.rejected} ${rule.field}: ${rule.message}` : 'taken'
}

/** The days of a month on which a rule with this day-of-month and day-of-week fires. */
function firesIn({ year, month }: Month, ofMonth: string, ofWeek: string): number[] {
  const fires = nextFires(ruleOf(`0 0 12 ${ofMonth} ${month} ${ofWeek} ${year}`), zone('UTC'), Date.UTC(year, month - 1, 1) - 1, 32)
  return fires.map((fire) => new Date(fire).getUTCDate())
}

function datesOf({ year, month }: Month): { readonly day: number; readonly weekday: number }[] {
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate()
  return Array.from({ length }, (_, index) => ({ day: index + 1, weekday: new Date(Date.UTC(year, month - 1, index + 1)).getUTCDay() }))
}

function isWorkday({ weekday }: { readonly weekday: number }): boolean {
  return weekday > 0 && weekday < 6
}

describe('the days of a rule', () => {
  test('L is the last day of the month, and L-3 three days before', () => {
    fc.assert(
      fc.property(month, fc.integer({ min: 0, max: 30 }), (one, offset) => {
        const day = datesOf(one).length - offset
        expect(firesIn(one, offset === 0 ? 'L' : `L-${offset}`, '?')).toEqual(day >= 1 ? [day] : [])
      }),
    )
  })

  test('W is the workday of the same month that is nearest to the day; a day that the month lacks is none', () => {
    fc.assert(
      fc.property(month, fc.integer({ min: 1, max: 31 }), (one, day) => {
        const dates = datesOf(one)
        const nearest = dates.filter(isWorkday).sort((a, b) => Math.abs(a.day - day) - Math.abs(b.day - day))[0]
        expect(firesIn(one, `${day}W`, '?')).toEqual(day <= dates.length ? [nearest?.day] : [])
      }),
    )
  })

  test('LW is the last workday of the month', () => {
    fc.assert(fc.property(month, (one) => void expect(firesIn(one, 'LW', '?')).toEqual([datesOf(one).findLast(isWorkday)?.day])))
  })

  test('# is the nth of its weekdays, L after a weekday the last of them, by number or name in any case', () => {
    const anyCase = fc.constantFrom(
      (name: string) => name,
      (name: string) => name.toLowerCase(),
      (name: string) => name[0] + name.slice(1).toLowerCase(),
    )
    fc.assert(
      fc.property(month, fc.integer({ min: 0, max: 6 }), fc.integer({ min: 1, max: 5 }), anyCase, (one, weekday, nth, written) => {
        const all = datesOf(one).filter((date) => date.weekday === weekday)
        const name = written(days[weekday] as string)
        const expected = [all[nth - 1]?.day].filter((day) => day !== undefined)
        expect(firesIn(one, '?', `${name}#${nth}`)).toEqual(expected)
        expect(firesIn(one, '?', `${weekday + 1}#${nth}`)).toEqual(expected)
        expect(firesIn(one, '?', `${name}L`)).toEqual([all.at(-1)?.day])
        expect(firesIn(one, '?', `${weekday + 1}L`)).toEqual([all.at(-1)?.day])
      }),
    )
  })

  test('names of weekdays are 1 to 7 from Sunday on, in ranges that may go over Saturday too', () => {
    fc.assert(
      fc.property(month, fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 }), (one, from, to) => {
        const isIn = (weekday: number) => (weekday - from + 7) % 7 <= (to - from + 7) % 7
        const expected = datesOf(one)
          .filter(({ weekday }) => isIn(weekday))
          .map(({ day }) => day)
        expect(firesIn(one, '?', `${days[from]}-${days[to]}`)).toEqual(expected)
        expect(firesIn(one, '?', `${from + 1}-${to + 1}`)).toEqual(expected)
      }),
    )
  })

  test('lists of L, W and numbers are all of them', () => {
    fc.assert(
      fc.property(month, fc.uniqueArray(fc.constantFrom('L', 'LW', 'L-5', '1W', '15W', '2', '10'), { minLength: 1, maxLength: 4 }), (one, items) => {
        const each = items.flatMap((item) => firesIn(one, item, '?'))
        expect(firesIn(one, items.join(','), '?')).toEqual([...new Set(each)].sort((a, b) => a - b))
      }),
    )
  })
})

describe('the next fire', () => {
  const rules = ['0/7 * * * * ?', '0 0/5 * * * ?', '0 30 2 * * ?', '0 0 0,3,23 * * ?', '30 15 0/3 ? * MON-FRI', '0 0 12 L * ?']
  const zones = ['UTC', 'Europe/Berlin', 'Australia/Lord_Howe', 'America/Sao_Paulo', 'Pacific/Apia']
  const instant = fc.integer({ min: Date.UTC(2010, 0), max: Date.UTC(2029, 0) })

  test('is after its instant, and the same from every instant between', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...rules),
        fc.constantFrom(...zones),
        instant,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (text, name, after, share) => {
          const fire = nextFire(ruleOf(text), zone(name), after) as number
          expect(fire).toBeGreaterThan(after)
          const between = after + Math.floor((fire - 1 - after) * share)
          expect(nextFire(ruleOf(text), zone(name), between)).toBe(fire)
        },
      ),
    )
  })

  test('is far away for a leap day, and none for a day that is never or a year that has passed', () => {
    const from = Date.UTC(2026, 0)
    expect(nextFire(ruleOf('0 0 0 29 2 ?'), zone('Europe/Berlin'), from)).toBe(Date.parse('2028-02-28T23:00:00Z'))
    expect(nextFire(ruleOf('0 0 * 29 2 ? 2096'), zone('Europe/Berlin'), from)).toBe(Date.parse('2096-02-28T23:00:00Z'))
    expect(nextFire(ruleOf('0 0 0 30 2 ?'), zone('UTC'), from)).toBeNull()
    expect(nextFire(ruleOf('0 0 * 31 4 ?'), zone('Europe/Berlin'), from)).toBeNull()
    expect(nextFire(ruleOf('0 0 0 * * ? 2020'), zone('UTC'), from)).toBeNull()
  })

  test('of a repeated hour can be the last one of a rule', () => {
    const both = nextFires(ruleOf('0 30 2/23 25 10 ? 2026'), zone('Europe/Berlin'), Date.UTC(2026, 0), 5)
    expect(both.map((fire) => new Date(fire).toISOString())).toEqual(['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z'])
  })
})

describe('a refusal names the field', () => {
  test.each([
    ['60 0 0 * * ?', "RULE_INVALID rule: seconds: 60 in '60' is not between 0 and 59"],
    ['0 x 0 * * ?', "RULE_INVALID rule: minutes: 'X' is not valid here"],
    ['0 0 24 * * ?', "RULE_INVALID rule: hours: 24 in '24' is not between 0 and 23"],
    ['0 0 0 L-31 * ?', "RULE_INVALID rule: day-of-month: the offset in 'L-31' is larger than 30"],
    ['0 0 0 1 13 ?', "RULE_INVALID rule: month: 13 in '13' is not between 1 and 12"],
    ['0 0 0 ? * FOO', "RULE_INVALID rule: day-of-week: 'FOO' is not valid here"],
    ['0 0 0 ? * 2#6', "RULE_INVALID rule: day-of-week: a number from 1 to 5 must follow '#' in '2#6'"],
    ['0 0 0 * * ? 2025-2020', 'RULE_INVALID rule: year: the range 2025-2020 ends before it starts'],
  ])('%s', (text, expected) => expect(refusal(text)).toBe(expected))

  test('where the day is said twice or not at all, there are too few fields, or the rule is too long', () => {
    expect(refusal('0 0 0 1 * MON')).toContain("write '?' for one of them")
    expect(refusal('0 0 0 ? * ?')).toContain("'?' can be in one of")
    expect(refusal('0 0 0 * *')).toContain('the rule has 5 fields; it needs 6 or 7')
    expect(refusal(`0 0 0 * * ?${' '.repeat(ruleLength)}`)).toContain('more than 1024 characters')
  })

  test('any text is a rule or a refusal', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.array(fc.constantFrom('*', '?', '0', '5/3', 'L', 'W', 'LW', '2#3', 'MON', '1-40', ',', '/'), { maxLength: 8 }).map((all) => all.join(' ')),
    )
    fc.assert(fc.property(texts, (text) => void refusal(text)))
  })
})

test('a time zone is one of IANA', () => {
  expect(timeZone('Mars/Olympus')).toMatchObject({ rejected: 'TIME_ZONE_UNKNOWN', field: 'timeZone' })
  expect(timeZone('+05:30')).toMatchObject({ rejected: 'TIME_ZONE_UNKNOWN' })
  expect(timeZone('')).toMatchObject({ rejected: 'TIME_ZONE_UNKNOWN' })
  expect(timeZone('A'.repeat(10_000))).toMatchObject({ rejected: 'TIME_ZONE_UNKNOWN' })
})
