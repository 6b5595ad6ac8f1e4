import { inlineText } from '@elves/schemas/codec/value.ts'
import type { ScheduleChanged } from '@elves/schemas/generated/types.ts'
import { type Rejection, rejection } from '../decision.ts'
import { nextFire } from '../schedule-rule/fire-times.ts'
import { parseRule, type Rule } from '../schedule-rule/rule.ts'
import { type TimeZone, timeZone } from '../schedule-rule/time-zone.ts'
import { checkRequest, checkText } from '../task/request.ts'

/** What a schedule does, and when. */
export type ScheduleSettings = Omit<ScheduleChanged, 'since' | 'idempotencyKey'>

export const scheduleLimits = {
  nameLength: 256,
  /** One day: so far back a look for the latest instant goes. */
  misfireGraceMs: 86_400_000,
  defaultMisfireGraceMs: 300_000,
} as const

/** Last ms that a Date can hold. */
const lastMs = 8_640_000_000_000_000

/** Returns why these settings are not possible at `now`, or null if they are. */
export function checkSettings(settings: ScheduleSettings, now: number, idempotencyKey: string | null): Rejection | null {
  const { name, rule, startsAt, endsAt, misfire, misfireGraceMs, overlap, param } = settings
  if ((name?.length ?? 0) > scheduleLimits.nameLength) return invalid('name', `name has at most ${scheduleLimits.nameLength} characters`)
  if (misfire === 'UNKNOWN') return invalid('misfire', 'misfire is SKIP, FIRE_ONCE or FIRE_ALL')
  if (overlap === 'UNKNOWN') return invalid('overlap', 'overlap is ALLOW, SKIP or QUEUE')
  if (!Number.isInteger(misfireGraceMs) || misfireGraceMs < 0 || misfireGraceMs > scheduleLimits.misfireGraceMs) {
    return invalid('misfireGraceMs', `misfireGraceMs is a whole number from 0 to ${scheduleLimits.misfireGraceMs}`)
  }
  if (!isInstant(startsAt) || !isInstant(endsAt)) return invalid('startsAt', 'startsAt and endsAt are instants')
  if (startsAt !== null && endsAt !== null && endsAt < startsAt) return invalid('endsAt', 'endsAt is before startsAt')
  const text = inlineText(param)
  return (
    checkText('name', name) ??
    checkText('rule', rule) ??
    checkText('agent', settings.agent) ??
    checkRequest({ ...settings, param: text, idempotencyKey }) ??
    checkInstants(settings, now)
  )
}

function checkInstants(settings: ScheduleSettings, now: number): Rejection | null {
  const rule = parseRule(settings.rule)
  if ('rejected' in rule) return rule
  const zone = timeZone(settings.timeZone)
  if ('rejected' in zone) return zone
  if (nextInstant(settings, now) !== null) return null
  const { startsAt, endsAt } = settings
  const bounds = startsAt === null && endsAt === null ? '' : ' between startsAt and endsAt'
  return rejection('RULE_NEVER_FIRES', `the rule has no instant${bounds} from now on`, 'rule')
}

function isInstant(at: number | null): boolean {
  return at === null || (Number.isInteger(at) && Math.abs(at) <= lastMs)
}

function invalid(field: string, message: string): Rejection {
  return rejection('SCHEDULE_INVALID', message, field)
}

/** When a schedule fires. */
export type Timing = Pick<ScheduleSettings, 'rule' | 'timeZone' | 'startsAt' | 'endsAt'>

/** Returns the first instant after `after`; null if there is none. The settings must have been checked. */
export function nextInstant(timing: Timing, after: number): number | null {
  const { startsAt, endsAt } = timing
  const known = compiled(timing)
  if (!known) return null
  const next = nextFire(known.rule, known.zone, startsAt === null ? after : Math.max(after, startsAt - 1))
  return next === null || (endsAt !== null && next > endsAt) ? null : next
}

/** Returns the next instants after `after` and before `before`, at most `count`. */
export function nextInstants(timing: Timing, after: number, count: number, before = Number.POSITIVE_INFINITY): readonly number[] {
  const instants: number[] = []
  for (let last = after; instants.length < count; ) {
    const at = nextInstant(timing, last)
    if (at === null || at >= before) break
    instants.push(at)
    last = at
  }
  return instants
}

/** Returns the last instant in [from, before); null if there is none. */
export function lastInstantIn(timing: Timing, from: number, before: number): number | null {
  // Looks back further and further until an instant is found, then goes on to the last one.
  for (let back = 1_000; ; back *= 4) {
    const at = Math.max(from, before - back)
    let found = nextInstant(timing, at - 1)
    if (found !== null && found < before) {
      for (let next = nextInstant(timing, found); next !== null && next < before; next = nextInstant(timing, next)) found = next
      return found
    }
    if (at === from) return null
  }
}

interface Compiled {
  readonly rule: Rule
  readonly zone: TimeZone
}

const rulesKept = 10_000
const known = new Map<string, Compiled | null>()

function compiled({ rule: text, timeZone: name }: Timing): Compiled | null {
  const key = `${name} ${text}`
  const found = known.get(key)
  if (found !== undefined) return found
  const rule = parseRule(text)
  const zone = timeZone(name)
  const made = 'rejected' in rule || 'rejected' in zone ? null : { rule, zone }
  if (known.size >= rulesKept) known.clear()
  known.set(key, made)
  return made
}
