import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CronRuleError, cronRule } from './cron-rule.ts'

function fires(rule: string, zone: string, after: string, count = 3): string[] {
  const found: string[] = []
  const { next } = cronRule(rule, zone)
  for (let at = next(Date.parse(after)); at !== null && found.length < count; at = next(at)) found.push(new Date(at).toISOString())
  return found
}

test.each([
  ['*/15 * * * * *', '2026-01-01T00:00:00.000Z', ['2026-01-01T00:00:15.000Z', '2026-01-01T00:00:30.000Z', '2026-01-01T00:00:45.000Z']],
  ['5/20 * * * * *', '2026-01-01T00:00:00.500Z', ['2026-01-01T00:00:05.000Z', '2026-01-01T00:00:25.000Z', '2026-01-01T00:00:45.000Z']],
  ['0 0 9 * * 1-5', '2026-01-02T10:00:00.000Z', ['2026-01-05T09:00:00.000Z', '2026-01-06T09:00:00.000Z', '2026-01-07T09:00:00.000Z']],
  ['0 0 9 ? * sun', '2026-01-02T10:00:00.000Z', ['2026-01-04T09:00:00.000Z', '2026-01-11T09:00:00.000Z', '2026-01-18T09:00:00.000Z']],
  ['0 0 0 1 jan *', '2026-01-01T00:00:00.000Z', ['2027-01-01T00:00:00.000Z', '2028-01-01T00:00:00.000Z', '2029-01-01T00:00:00.000Z']],
  // Both day fields are restricted: a day of either counts.
  ['0 0 0 13 * 5', '2026-01-01T00:00:00.000Z', ['2026-01-02T00:00:00.000Z', '2026-01-09T00:00:00.000Z', '2026-01-13T00:00:00.000Z']],
  ['0 0 0 30 2 *', '2026-01-01T00:00:00.000Z', []],
])('%s fires when cron says', (rule, after, expected) => {
  expect(fires(rule, 'UTC', after)).toEqual(expected)
})

test('a fixed hour fires once where the clocks are set back, and at the end of the gap where they are set forward', () => {
  expect(fires('0 30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', 2)).toEqual(['2026-10-25T00:30:00.000Z', '2026-10-26T01:30:00.000Z'])
  expect(fires('0 30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', 2)).toEqual(['2026-03-29T01:00:00.000Z', '2026-03-30T00:30:00.000Z'])
})

test.each([
  ['* * * * *', /5 fields/],
  ['0 0 0 * * * 2026', /7 fields/],
  ['0 0 0 * * 7', /day-of-week: '7'.*0 to 6/],
  ['0 0 0 L * *', /day-of-month: 'L'/],
  ['0 0 0 15W * *', /day-of-month/],
  ['0 0 0 * * 6#3', /day-of-week/],
  ['60 * * * * *', /second: '60'/],
  ['? * * * * *', /second: '\?'/],
  ['*/0 * * * * *', /second/],
  ['0 0 22-4 * * *', /hour: the range/],
  ['0 0 0 * XYZ *', /month: 'XYZ'/],
  ['', /1 fields/],
  ['1,,2 * * * * *', /second: ''/],
  [`${'1,'.repeat(200)}1 * * * * *`, /256 characters/],
])('refuses %s, and names the field', (rule, message) => {
  expect(() => cronRule(rule, 'UTC')).toThrow(CronRuleError)
  expect(() => cronRule(rule, 'UTC')).toThrow(message)
})

const field = (min: number, max: number) =>
  fc.oneof(
    fc.constant('*'),
    fc.integer({ min, max }).map(String),
    fc.integer({ min: 1, max: Math.min(max, 30) }).map((step) => `*/${step}`),
    fc.tuple(fc.integer({ min, max }), fc.integer({ min, max })).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
  )
const anyRule = fc.tuple(field(0, 59), field(0, 59), field(0, 23), field(1, 28), field(1, 12), field(0, 6)).map((parts) => parts.join(' '))
const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu')
const instant = fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2030, 0, 1) })

test('each next instant is later than the one before, and a whole second: no instant comes twice', () => {
  fc.assert(
    fc.property(anyRule, zone, instant, (text, timeZone, after) => {
      const rule = cronRule(text, timeZone)
      let last = after
      for (let count = 0; count < 4; count++) {
        const next = rule.next(last)
        if (next === null) return
        expect(next).toBeGreaterThan(last)
        expect(next % 1000).toBe(0)
        last = next
      }
    }),
    { numRuns: 60 },
  )
})

test('the next instant does not depend on from where before it one looks', () => {
  fc.assert(
    fc.property(anyRule, zone, instant, fc.double({ min: 0, max: 1, noNaN: true }), (text, timeZone, after, share) => {
      const rule = cronRule(text, timeZone)
      const next = rule.next(after)
      if (next === null) return
      expect(rule.next(after + Math.floor((next - 1 - after) * share))).toBe(next)
    }),
    { numRuns: 60 },
  )
})
