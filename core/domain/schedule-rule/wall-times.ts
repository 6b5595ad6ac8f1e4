import { patternFor } from './days.ts'
import { daysOfMonth, firstDayFrom, lengthOfMonth } from './month-days.ts'
import type { Rule } from './rule.ts'

const dayMs = 86_400_000
/** Quartz looks 100 years ahead too. */
const yearsAhead = 100

/**
 * Returns the first wall-clock time from `from` on that a rule means, or null if it means none in the next 100 years. A wall-clock
 * time is written as ms since the epoch of a clock in UTC that shows it.
 */
export function wallTimeFrom(rule: Rule, from: number): number | null {
  const date = new Date(from)
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()]
  const midnight = Date.UTC(year, month - 1, day)
  const today = isDay(rule, year, month, day) ? timeFrom(rule, Math.ceil((from - midnight) / 1000)) : null
  if (today !== null) return midnight + today * 1000
  const next = dayAfter(rule, year, month, day)
  return next === null ? null : next + (timeFrom(rule, 0) ?? 0) * 1000
}

function isDay(rule: Rule, year: number, month: number, day: number): boolean {
  return firstDayFrom(daysOf(rule, year, month), day) === day
}

function dayAfter(rule: Rule, fromYear: number, fromMonth: number, day: number): number | null {
  const inMonth = firstDayFrom(daysOf(rule, fromYear, fromMonth) & ~(1 << day), day)
  if (inMonth !== 0) return Date.UTC(fromYear, fromMonth - 1, inMonth)
  for (let year = fromYear; year <= fromYear + yearsAhead; year++) {
    if (rule.years && !rule.years.includes(year)) continue
    for (const month of rule.months) {
      if (year === fromYear && month <= fromMonth) continue
      const first = firstDayFrom(daysOf(rule, year, month), 1)
      if (first !== 0) return Date.UTC(year, month - 1, first)
    }
  }
  return null
}

function daysOf(rule: Rule, year: number, month: number): number {
  if (!rule.months.includes(month) || (rule.years && !rule.years.includes(year))) return 0
  const pattern = patternFor(rule.days, lengthOfMonth(year, month))
  return pattern === null ? 0 : daysOfMonth(pattern, year, month)
}

/** Returns the first time of the day, in seconds from midnight, from `from` on; null if that is tomorrow. */
function timeFrom({ hours, minutes, seconds }: Rule, from: number): number | null {
  if (from * 1000 >= dayMs) return null
  const [hour, minute, second] = [Math.floor(from / 3600), Math.floor(from / 60) % 60, from % 60]
  const [firstMinute = 0, firstSecond = 0] = [minutes[0], seconds[0]]
  if (hours.includes(hour)) {
    if (minutes.includes(minute)) {
      const nextSecond = seconds.find((one) => one >= second)
      if (nextSecond !== undefined) return hour * 3600 + minute * 60 + nextSecond
    }
    const nextMinute = minutes.find((one) => one > minute)
    if (nextMinute !== undefined) return hour * 3600 + nextMinute * 60 + firstSecond
  }
  const nextHour = hours.find((one) => one > hour)
  return nextHour === undefined ? null : nextHour * 3600 + firstMinute * 60 + firstSecond
}
