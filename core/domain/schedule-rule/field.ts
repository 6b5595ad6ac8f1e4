/** A field of a rule that holds plain numbers: its name in messages, its bounds, and the names that stand for numbers. */
export interface RuleField {
  readonly name: string
  readonly min: number
  readonly max: number
  /** Names of the numbers from `min` on; any case. */
  readonly names?: readonly string[]
  /** Largest step; Quartz has none for years. */
  readonly maxStep: number
}

/** Thrown by the parsers of a rule, and caught by `parseRule`. The message names the field. */
export class RuleError extends Error {}

const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const dayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']

export const ruleFields = {
  seconds: { name: 'seconds', min: 0, max: 59, maxStep: 59 },
  minutes: { name: 'minutes', min: 0, max: 59, maxStep: 59 },
  hours: { name: 'hours', min: 0, max: 23, maxStep: 23 },
  daysOfMonth: { name: 'day-of-month', min: 1, max: 31, maxStep: 31 },
  months: { name: 'month', min: 1, max: 12, names: monthNames, maxStep: 12 },
  daysOfWeek: { name: 'day-of-week', min: 1, max: 7, names: dayNames, maxStep: 7 },
  years: { name: 'year', min: 1970, max: 2299, maxStep: 9_999 },
} as const satisfies Record<string, RuleField>

/** Splits a field at its commas. Quartz takes no notice of an empty item. */
export function itemsOfField(field: RuleField, text: string): string[] {
  const items = text.split(',').filter((item) => item !== '')
  if (items.length === 0) throw invalidItem(field, text)
  return items
}

/** Returns the numbers that a field of plain items means, in ascending order. */
export function numbersOf(field: RuleField, text: string): readonly number[] {
  const numbers = new Set<number>()
  for (const item of itemsOfField(field, text)) for (const number of numbersOfItem(field, item)) numbers.add(number)
  return [...numbers].sort((a, b) => a - b)
}

const everything = /^(?:\*(?:\/(\d+))?|\/(\d+))$/
const range = /^(\d+|[A-Z]+)(?:-(\d+|[A-Z]+))?(?:\/(\d+))?$/

/** Returns what one plain item means: `*`, `5`, `MON`, `5-10`, `22-4` (over the end), and each with a step, as `5/15`. */
export function numbersOfItem(field: RuleField, item: string): readonly number[] {
  const all = everything.exec(item)
  if (all) return steps(field, field.min, field.max, stepOf(field, item, all[1] ?? all[2]))
  const [, from, to, step] = range.exec(item) ?? []
  if (from === undefined) throw invalidItem(field, item)
  const first = numberOf(field, from, item)
  if (to === undefined && step === undefined) return [first]
  if (step !== undefined && (isNamed(from) || isNamed(to))) {
    throw new RuleError(`${field.name}: '${item}' has a step after a name, which Quartz takes no notice of; write it with numbers`)
  }
  // A range takes any step, as in Quartz.
  if (to !== undefined) return steps(field, first, numberOf(field, to, item), step === undefined ? 1 : Number(step))
  const by = stepOf(field, item, step)
  return by === 0 ? [first] : steps(field, first, field.max, by)
}

/** Returns the number that a digit text or a name stands for. */
export function numberOf(field: RuleField, text: string, item: string): number {
  const number = isNamed(text) ? (field.names?.indexOf(text) ?? -1) + field.min : Number(text)
  if (isNamed(text) && !field.names?.includes(text)) throw invalidItem(field, item)
  if (number < field.min || number > field.max) {
    throw new RuleError(`${field.name}: ${text} in '${item}' is not between ${field.min} and ${field.max}`)
  }
  return number
}

export function invalidItem(field: RuleField, item: string): RuleError {
  return new RuleError(`${field.name}: '${item}' is not valid here`)
}

function isNamed(text: string | undefined): boolean {
  return text !== undefined && /[A-Z]/.test(text)
}

function stepOf(field: RuleField, item: string, text: string | undefined): number {
  const step = Number(text ?? 1)
  if (step > field.maxStep) throw new RuleError(`${field.name}: the step in '${item}' is larger than ${field.maxStep}`)
  return step
}

/** A range whose end is before its start goes on over the end of the minute, day, week, month or year. Step 0 is 1, as in Quartz. */
function steps(field: RuleField, from: number, to: number, step: number): number[] {
  const size = field.max - field.min + 1
  const numbers: number[] = []
  if (to < from && field === ruleFields.years) throw new RuleError(`${field.name}: the range ${from}-${to} ends before it starts`)
  for (let at = from; at <= (to < from ? to + size : to); at += Math.max(step, 1)) numbers.push(at > field.max ? at - size : at)
  return numbers
}
