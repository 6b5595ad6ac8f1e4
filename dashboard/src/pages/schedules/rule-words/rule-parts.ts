/** A field of a rule as a person reads it. */
export type FieldPart =
  | { readonly kind: 'any' }
  | { readonly kind: 'list'; readonly numbers: readonly number[] }
  | { readonly kind: 'range'; readonly from: number; readonly to: number }
  /** `to` is null where the step goes to the end of the field. */
  | { readonly kind: 'step'; readonly from: number; readonly to: number | null; readonly by: number }

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const days = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']

/** Reads a field of plain numbers; null where it is more than words can say shortly. `least` is the field's smallest number. */
export function fieldPart(field: string, least: number): FieldPart | null {
  if (field === '*' || field === '?') return { kind: 'any' }
  const step = /^(\*|\d+)?(?:-(\d+))?\/(\d+)$/.exec(field)
  if (step) {
    const [, from = '*', to, by] = step
    if (Number(by) < 1 || (from === '*' && to !== undefined)) return null
    return { kind: 'step', from: from === '*' ? least : Number(from), to: to === undefined ? null : Number(to), by: Number(by) }
  }
  const range = /^(\d+)-(\d+)$/.exec(field)
  if (range) return { kind: 'range', from: Number(range[1]), to: Number(range[2]) }
  if (!/^\d+(,\d+)*$/.test(field)) return null
  return { kind: 'list', numbers: [...new Set(field.split(',').map(Number))].sort((a, b) => a - b) }
}

export interface RuleParts {
  readonly seconds: FieldPart
  readonly minutes: FieldPart
  readonly hours: FieldPart
  /** `?` and `*` are both any. */
  readonly ofMonth: DaysOfMonth
  readonly ofWeek: DaysOfWeek
  readonly months: FieldPart
  readonly years: FieldPart
}

export type DaysOfMonth =
  | FieldPart
  /** The day that is so many days before the last one. */
  | { readonly kind: 'last'; readonly before: number }
  | { readonly kind: 'lastWeekday' }
  | { readonly kind: 'nearest'; readonly day: number }

/** 1 is Sunday. */
export type DaysOfWeek =
  | FieldPart
  | { readonly kind: 'lastOf'; readonly day: number }
  | { readonly kind: 'nth'; readonly day: number; readonly nth: number }

/** Returns the parts of a Quartz rule; null where it is no such rule, or one that only its own text says. */
export function ruleParts(rule: string): RuleParts | null {
  const fields = rule.trim().toUpperCase().split(/\s+/)
  if (fields.length < 6 || fields.length > 7) return null
  const [seconds = '', minutes = '', hours = '', ofMonth = '', ofYear = '', ofWeek = '', years = '*'] = fields
  const parts = {
    seconds: fieldPart(seconds, 0),
    minutes: fieldPart(minutes, 0),
    hours: fieldPart(hours, 0),
    ofMonth: daysOfMonth(ofMonth),
    ofWeek: daysOfWeek(withNumbers(ofWeek, days, 1)),
    months: fieldPart(withNumbers(ofYear, months, 1), 1),
    years: fieldPart(years, 1970),
  }
  return Object.values(parts).includes(null) ? null : (parts as RuleParts)
}

function daysOfMonth(field: string): DaysOfMonth | null {
  const last = /^L(?:-(\d+))?$/.exec(field)
  if (last) return { kind: 'last', before: Number(last[1] ?? 0) }
  if (field === 'LW') return { kind: 'lastWeekday' }
  const nearest = /^(\d+)W$/.exec(field)
  return nearest ? { kind: 'nearest', day: Number(nearest[1]) } : fieldPart(field, 1)
}

function daysOfWeek(field: string): DaysOfWeek | null {
  if (field === 'L') return { kind: 'list', numbers: [7] }
  const last = /^(\d)L$/.exec(field)
  if (last) return { kind: 'lastOf', day: Number(last[1]) }
  const nth = /^(\d)#(\d)$/.exec(field)
  return nth ? { kind: 'nth', day: Number(nth[1]), nth: Number(nth[2]) } : fieldPart(field, 1)
}

function withNumbers(field: string, names: readonly string[], first: number): string {
  return field.replace(/[A-Z]{3}/g, (name) => {
    const index = names.indexOf(name)
    return index === -1 ? name : String(index + first)
  })
}
