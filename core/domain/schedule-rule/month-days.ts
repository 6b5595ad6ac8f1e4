import { Cron } from 'croner'
import { everyDay } from './days.ts'

/** Days of a month as bits: bit n is day n. */
type Days = number

const patternsKept = 4_000

/** A pattern and the days of the months that were asked for. There are 28 kinds of month: 4 lengths, 7 weekdays of the first. */
interface KnownPattern {
  readonly cron: Cron
  readonly kinds: Map<number, Days>
}

/** Schedules share few patterns, and croner takes about 0.2 ms for a month. */
const known = new Map<string, KnownPattern>()

/** Returns the days of a month that a pattern means: day-of-month, month and day-of-week as croner reads them. `month`: 1 to 12. */
export function daysOfMonth(pattern: string, year: number, month: number): Days {
  const length = lengthOfMonth(year, month)
  if (pattern === everyDay) return allOf(length)
  const { cron, kinds } = patternOf(pattern)
  const kind = length * 7 + new Date(Date.UTC(year, month - 1, 1)).getUTCDay()
  const found = kinds.get(kind)
  if (found !== undefined) return found
  let days = 0
  for (let day = 1; day <= length; day++) if (cron.match(new Date(Date.UTC(year, month - 1, day)))) days |= 1 << day
  kinds.set(kind, days)
  return days
}

export function lengthOfMonth(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
}

/** Returns the first of the days from `day` on; 0 if there is none. */
export function firstDayFrom(days: Days, day: number): number {
  const rest = days & ~((1 << day) - 1)
  // The lowest bit that is set. `>>>`: bit 31 is the sign.
  return rest === 0 ? 0 : 31 - Math.clz32((rest & -rest) >>> 0)
}

function allOf(length: number): Days {
  return length === 31 ? ~1 : (1 << (length + 1)) - 2
}

function patternOf(pattern: string): KnownPattern {
  const found = known.get(pattern)
  if (found) return found
  if (known.size >= patternsKept) known.clear()
  const cron = new Cron(`0 0 0 ${pattern}`, { paused: true, utcOffset: 0, mode: '6-part', alternativeWeekdays: true, domAndDow: true })
  const made = { cron, kinds: new Map<number, Days>() }
  known.set(pattern, made)
  return made
}
