import { type Rejection, rejection } from '../decision.ts'
import { parseDays, type RuleDays } from './days.ts'
import { numbersOf, RuleError, ruleFields } from './field.ts'

/** A Quartz rule: the wall-clock times that it means. */
export interface Rule {
  readonly seconds: readonly number[]
  readonly minutes: readonly number[]
  readonly hours: readonly number[]
  readonly days: RuleDays
  readonly months: readonly number[]
  /** Null: every year. */
  readonly years: readonly number[] | null
  /** True if the hour field has no `*` and no `/`: the rule then fires once for each wall-clock time; else it follows real time. */
  readonly isHourFixed: boolean
}

/** Longest rule in characters. Six full lists have fewer than 700. */
export const ruleLength = 1024

/** Parses a rule of Quartz; RULE_INVALID names the field at fault. */
export function parseRule(text: string): Rule | Rejection {
  try {
    return parse(text)
  } catch (error) {
    if (error instanceof RuleError) return rejection('RULE_INVALID', error.message, 'rule')
    throw error
  }
}

function parse(text: string): Rule {
  if (text.length > ruleLength) throw new RuleError(`the rule has more than ${ruleLength} characters`)
  const fields = text
    .toUpperCase()
    .split(/[ \t]+/)
    .filter((field) => field !== '')
  if (fields.length < 6 || fields.length > 7) {
    const wanted = 'seconds minutes hours day-of-month month day-of-week and, if wanted, year'
    throw new RuleError(`the rule has ${fields.length} fields; it needs 6 or 7: ${wanted}`)
  }
  const [seconds = '', minutes = '', hours = '', ofMonth = '', months = '', ofWeek = '', years = '*'] = fields
  return {
    seconds: numbersOf(ruleFields.seconds, seconds),
    minutes: numbersOf(ruleFields.minutes, minutes),
    hours: numbersOf(ruleFields.hours, hours),
    days: parseDays(ofMonth, ofWeek),
    months: numbersOf(ruleFields.months, months),
    years: years === '*' ? null : numbersOf(ruleFields.years, years),
    isHourFixed: !/[*/]/.test(hours),
  }
}
