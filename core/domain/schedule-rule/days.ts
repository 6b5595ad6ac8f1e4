import { invalidItem, itemsOfField, numberOf, numbersOf, numbersOfItem, RuleError, ruleFields } from './field.ts'

/**
 * The days that a rule means within a month: for months of 28, 29, 30 and 31 days, day-of-month, month and day-of-week as croner
 * reads them; null: no such month has a day of the rule.
 */
export type RuleDays = readonly (string | null)[]

/** The pattern of a rule that means every day. */
export const everyDay = '* * *'

const shortestMonth = 28
const lengthsOfMonths = [28, 29, 30, 31]

/** Returns the pattern for a month of that many days. */
export function patternFor(days: RuleDays, lengthOfMonth: number): string | null {
  return days[lengthOfMonth - shortestMonth] ?? null
}

const { daysOfMonth, daysOfWeek } = ruleFields

/** Throws RuleError. Quartz wants `?` in exactly one of the two fields. */
export function parseDays(ofMonth: string, ofWeek: string): RuleDays {
  if (ofMonth === '?' && ofWeek === '?') throw new RuleError(`${daysOfWeek.name}: '?' can be in one of day-of-month and day-of-week only`)
  if (ofMonth === '?') {
    const days = parseDaysOfWeek(ofWeek)
    return lengthsOfMonths.map(() => `* * ${days}`)
  }
  if (ofWeek === '?') {
    const daysIn = parseDaysOfMonth(ofMonth)
    return lengthsOfMonths.map((length) => daysIn(length)).map((days) => days && `${days} * *`)
  }
  throw new RuleError(`${daysOfWeek.name}: day-of-month '${ofMonth}' and day-of-week '${ofWeek}' can not be used together; write '?' for one of them`)
}

const fromTheEnd = /^L(?:-(\d{1,2}))?(W)?$/
const nearestWeekday = /^(\d{1,2})W$/
/** `C` is a day of a Quartz calendar; without one, as in Elves 0.1.x, it is the day itself. */
const calendarDay = /^(\d{1,2})C$/

/**
 * croner knows `L` and `LW` alone and no `L-3`. In a month of known length each of them is a number, with or without `W`, and of
 * those it takes lists.
 */
function parseDaysOfMonth(text: string): (lengthOfMonth: number) => string | null {
  if (text === '*') return () => '*'
  const days = new Set<string>()
  const offsets: { readonly offset: number; readonly suffix: string }[] = []
  for (const item of itemsOfField(daysOfMonth, text)) {
    const [isFromEnd, offset = '0', suffix = ''] = fromTheEnd.exec(item) ?? []
    const [, weekday] = nearestWeekday.exec(item) ?? []
    const [, ofCalendar] = calendarDay.exec(item) ?? []
    if (isFromEnd !== undefined) {
      if (Number(offset) > 30) throw new RuleError(`${daysOfMonth.name}: the offset in '${item}' is larger than 30`)
      offsets.push({ offset: Number(offset), suffix })
    } else if (weekday !== undefined) days.add(`${numberOf(daysOfMonth, weekday, item)}W`)
    else for (const day of numbersOfItem(daysOfMonth, ofCalendar ?? item)) days.add(String(day))
  }
  return (length) => {
    const ofEnd = offsets.filter(({ offset }) => offset < length).map(({ offset, suffix }) => `${length - offset}${suffix}`)
    const all = [...new Set([...days, ...ofEnd])]
    return all.length === 0 ? null : all.join(',')
  }
}

const lastOrNth = /^(\d+|[A-Z]{3})(?:L|#(\d+))$/
const calendarWeekday = /^(\d)C$/

function parseDaysOfWeek(text: string): string {
  if (text === 'L') return '7'
  const items = itemsOfField(daysOfWeek, text)
  for (const item of items) {
    const [isOne, day = '', nth] = lastOrNth.exec(item) ?? []
    if (isOne === undefined) continue
    if (items.length > 1) throw new RuleError(`${daysOfWeek.name}: '${item}' can not be in a list`)
    const number = numberOf(daysOfWeek, day, item)
    if (nth === undefined) return `${number}L`
    if (Number(nth) < 1 || Number(nth) > 5) throw new RuleError(`${daysOfWeek.name}: a number from 1 to 5 must follow '#' in '${item}'`)
    return `${number}#${Number(nth)}`
  }
  if (items.includes('L')) throw invalidItem(daysOfWeek, text)
  return numbersOf(daysOfWeek, items.map((item) => calendarWeekday.exec(item)?.[1] ?? item).join(',')).join(',')
}
