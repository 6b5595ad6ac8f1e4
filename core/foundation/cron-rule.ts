import { Cron } from 'croner'

/** A rule of an agent's own cron: a cron line with a leading field for seconds, in a time zone. It is not a rule of Quartz. */
export interface CronRule {
  /** Returns the first instant after `after` at which the rule fires, in whole seconds of ms since the epoch; null: there is none. */
  next(after: number): number | null
}

/** Says what is wrong with a rule, with the name of the field. */
export class CronRuleError extends Error {}

/** Longest rule in characters. */
export const cronRuleLength = 256

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const days = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']
const fields = [
  { name: 'second', min: 0, max: 59, names: [] },
  { name: 'minute', min: 0, max: 59, names: [] },
  { name: 'hour', min: 0, max: 23, names: [] },
  { name: 'day-of-month', min: 1, max: 31, names: [] },
  { name: 'month', min: 1, max: 12, names: months },
  { name: 'day-of-week', min: 0, max: 6, names: days },
] as const

/**
 * Parses the six fields `second minute hour day-of-month month day-of-week`. An item of a field is `*`, a number or a range, each with
 * a step if wanted; months and days also have names. Days of the week are 0 to 6, SUN to SAT. Where both day fields are restricted,
 * a day of either counts, as cron has it. Throws CronRuleError, and RangeError for an unknown time zone.
 */
export function cronRule(text: string, timeZone: string): CronRule {
  const parts = text
    .trim()
    .toUpperCase()
    .split(/[ \t]+/)
  if (text.length > cronRuleLength) throw new CronRuleError(`the rule has more than ${cronRuleLength} characters`)
  if (parts.length !== fields.length) {
    throw new CronRuleError(`the rule has ${parts.length} fields; it needs 6: ${fields.map(({ name }) => name).join(' ')}`)
  }
  const pattern = fields.map((field, index) => plainField(field, parts[index] ?? '')).join(' ')
  const cron = new Cron(pattern, { timezone: timeZone, paused: true })
  return { next: (after) => cron.nextRun(new Date(after))?.getTime() ?? null }
}

type Field = (typeof fields)[number]

/** Returns the field as croner reads it. What croner takes beyond cron (`L`, `W`, `#`, 7 for Sunday) is refused: Quartz means other days by it. */
function plainField(field: Field, text: string): string {
  return text
    .split(',')
    .map((item) => plainItem(field, item))
    .join(',')
}

const item = /^(\*|\?|\d{1,2}|[A-Z]{3})(?:-(\d{1,2}|[A-Z]{3}))?(?:\/(\d{1,2}))?$/

function plainItem(field: Field, text: string): string {
  const [, from = '', to, step] = item.exec(text) ?? []
  if (from === '') throw invalid(field, text)
  if (step !== undefined && (Number(step) < 1 || Number(step) > field.max)) throw invalid(field, text)
  const by = step === undefined ? '' : `/${Number(step)}`
  if (from === '*' || from === '?') {
    if (to !== undefined || (from === '?' && !field.name.startsWith('day-'))) throw invalid(field, text)
    return `*${by}`
  }
  const first = numberOf(field, from, text)
  if (to === undefined) return step === undefined ? String(first) : `${first}-${field.max}${by}`
  const last = numberOf(field, to, text)
  if (last < first) throw new CronRuleError(`${field.name}: the range in '${text}' ends before it starts`)
  return `${first}-${last}${by}`
}

function numberOf(field: Field, text: string, whole: string): number {
  const named = (field.names as readonly string[]).indexOf(text)
  const number = /^\d/.test(text) ? Number(text) : named < 0 ? Number.NaN : named + field.min
  if (!(number >= field.min && number <= field.max)) throw invalid(field, whole)
  return number
}

function invalid(field: Field, text: string): CronRuleError {
  const named = field.names.length > 0 ? ` or ${field.names[0]} to ${field.names.at(-1)}` : ''
  return new CronRuleError(`${field.name}: '${text}' is not valid here; numbers are ${field.min} to ${field.max}${named}`)
}
