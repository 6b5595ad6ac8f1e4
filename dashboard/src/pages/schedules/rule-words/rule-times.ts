import type { RuleParts } from './rule-parts.ts'

/** When a rule fires within a day, in the order in which both languages try to say it. Times are `08:30` or `08:30:15`. */
export type RuleTimes =
  | { readonly kind: 'at'; readonly times: readonly string[] }
  /** Every so many of a unit; `from` and `to` bound the day, null: the whole day. `offset` is what is added to each of them. */
  | {
      readonly kind: 'every'
      readonly by: number
      readonly unit: Unit
      readonly offset: string | null
      readonly from: string | null
      readonly to: string | null
    }
  | { readonly kind: 'fields' }

export type Unit = 'second' | 'minute' | 'hour'

/** More times than that are not listed. */
const mostTimes = 6

const two = (value: number) => String(value).padStart(2, '0')

export function clockTime(hour: number, minute: number, second: number): string {
  return second === 0 ? `${two(hour)}:${two(minute)}` : `${two(hour)}:${two(minute)}:${two(second)}`
}

export function ruleTimes({ seconds, minutes, hours }: RuleParts): RuleTimes {
  const every = (by: number, unit: Unit, offset: string | null, [from, to]: readonly [string | null, string | null]): RuleTimes => ({
    ...{ kind: 'every', by, unit },
    ...{ offset, from, to },
  })
  const second = only(seconds)
  const minute = only(minutes)
  const within = hoursOf(hours)
  if (second === null) {
    const by = steadily(seconds)
    return by !== null && minutes.kind === 'any' && within ? every(by, 'second', null, within) : { kind: 'fields' }
  }
  if (minute === null) {
    const by = steadily(minutes)
    const offset = second === 0 ? null : `:${two(second)}`
    return by !== null && within ? every(by, 'minute', offset, within) : { kind: 'fields' }
  }
  if (hours.kind === 'list') {
    if (hours.numbers.length > mostTimes) return { kind: 'fields' }
    return { kind: 'at', times: hours.numbers.map((hour) => clockTime(hour, minute, second)) }
  }
  const offset = minute === 0 && second === 0 ? null : `:${two(minute)}${second === 0 ? '' : `:${two(second)}`}`
  if (hours.kind === 'any') return every(1, 'hour', offset, [null, null])
  if (hours.kind === 'range') return every(1, 'hour', null, [clockTime(hours.from, minute, second), clockTime(hours.to, minute, second)])
  const { from, to, by } = hours
  if (from === 0 && to === null && 24 % by === 0) return every(by, 'hour', offset, [null, null])
  return every(by, 'hour', null, [clockTime(from, minute, second), to === null ? null : clockTime(to, minute, second)])
}

function only(part: RuleParts['seconds']): number | null {
  return part.kind === 'list' && part.numbers.length === 1 ? (part.numbers[0] ?? null) : null
}

/** Every so many of sixty, without a longer or shorter pause at the end of the hour or minute; null: not so. */
function steadily(part: RuleParts['seconds']): number | null {
  if (part.kind === 'any') return 1
  return part.kind === 'step' && part.from === 0 && part.to === null && 60 % part.by === 0 ? part.by : null
}

/** The hours in which something is all the time; null: not one stretch of them. */
function hoursOf(hours: RuleParts['hours']): readonly [string | null, string | null] | null {
  if (hours.kind === 'any') return [null, null]
  if (hours.kind === 'range') return [clockTime(hours.from, 0, 0), `${two(hours.to)}:59`]
  const hour = only(hours)
  return hour === null ? null : [clockTime(hour, 0, 0), `${two(hour)}:59`]
}
