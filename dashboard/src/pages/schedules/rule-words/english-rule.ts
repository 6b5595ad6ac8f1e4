import type { FieldPart, RuleParts } from './rule-parts.ts'
import { type RuleTimes, ruleTimes } from './rule-times.ts'

const list = (words: readonly string[]) => new Intl.ListFormat('en', { type: 'conjunction' }).format(words)
const month = (number: number) => new Intl.DateTimeFormat('en', { month: 'long', timeZone: 'UTC' }).format(Date.UTC(2023, number - 1, 1))
/** 1 January 2023 was a Sunday. */
const weekday = (number: number) => new Intl.DateTimeFormat('en', { weekday: 'long', timeZone: 'UTC' }).format(Date.UTC(2023, 0, number))
const nths = ['first', 'second', 'third', 'fourth', 'fifth']

export function englishRule(parts: RuleParts): string {
  const time = timeWords(ruleTimes(parts), parts)
  const words = [time, dayWords(parts), monthWords(parts.months), yearWords(parts.years)].filter((one) => one !== '').join(', ')
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
}

function timeWords(times: RuleTimes, parts: RuleParts): string {
  if (times.kind === 'at') return `at ${list(times.times)}`
  if (times.kind === 'fields') {
    return `in ${plainWords(parts.hours, 'hour')}, ${plainWords(parts.minutes, 'minute')}, ${plainWords(parts.seconds, 'second')}`
  }
  const { by, unit, offset, from, to } = times
  const stretch = from === null ? '' : to === null ? ` from ${from} on` : ` from ${from} to ${to}`
  return `every ${by === 1 ? unit : `${by} ${unit}s`}${offset === null ? '' : ` at ${offset}`}${stretch}`
}

function plainWords(part: FieldPart, unit: string): string {
  switch (part.kind) {
    case 'any':
      return `every ${unit}`
    case 'list':
      return `${unit} ${list(part.numbers.map(String))}`
    case 'range':
      return `${unit} ${part.from} to ${part.to}`
    case 'step':
      return `every ${part.by} ${unit}s from ${part.from}${part.to === null ? '' : ` to ${part.to}`}`
  }
}

function dayWords({ ofMonth, ofWeek }: RuleParts): string {
  switch (ofWeek.kind) {
    case 'lastOf':
      return `on the last ${weekday(ofWeek.day)} of the month`
    case 'nth':
      return `on the ${nths[ofWeek.nth - 1]} ${weekday(ofWeek.day)} of the month`
    case 'list':
      return `on ${list(ofWeek.numbers.map(weekday))}`
    case 'range':
      return `${weekday(ofWeek.from)} to ${weekday(ofWeek.to)}`
    case 'step':
      return `every ${ofWeek.by} days of the week from ${weekday(ofWeek.from)}`
    case 'any':
      break
  }
  switch (ofMonth.kind) {
    case 'any':
      return 'every day'
    case 'last':
      return ofMonth.before === 0 ? 'on the last day of the month' : `${ofMonth.before} days before the last day of the month`
    case 'lastWeekday':
      return 'on the last day of the month from Monday to Friday'
    case 'nearest':
      return `on the day from Monday to Friday that is nearest to day ${ofMonth.day} of the month`
    case 'list':
      return `on day ${list(ofMonth.numbers.map(String))} of the month`
    case 'range':
      return `on days ${ofMonth.from} to ${ofMonth.to} of the month`
    case 'step':
      return `every ${ofMonth.by} days from day ${ofMonth.from}${ofMonth.to === null ? '' : ` to ${ofMonth.to}`} of the month`
  }
}

function monthWords(part: FieldPart): string {
  switch (part.kind) {
    case 'any':
      return ''
    case 'list':
      return `in ${list(part.numbers.map(month))}`
    case 'range':
      return `from ${month(part.from)} to ${month(part.to)}`
    case 'step':
      return `every ${part.by} months from ${month(part.from)}${part.to === null ? '' : ` to ${month(part.to)}`}`
  }
}

function yearWords(part: FieldPart): string {
  return part.kind === 'any' ? '' : `in ${plainWords(part, 'year')}`
}
