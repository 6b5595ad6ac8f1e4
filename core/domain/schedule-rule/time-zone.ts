import { type Rejection, rejection } from '../decision.ts'

/** A change of a zone's offset. */
export interface OffsetChange {
  /** The first instant with the new offset; ms since the epoch. */
  readonly at: number
  /** What the clocks of the zone are ahead of UTC, in ms. */
  readonly before: number
  readonly after: number
}

/** An IANA time zone. */
export interface TimeZone {
  readonly name: string
  /** What the clocks of the zone are ahead of UTC at an instant, in ms. */
  offsetAt(instant: number): number
  /** The changes whose instant is in [from, to), oldest first. */
  changes(from: number, to: number): readonly OffsetChange[]
}

const dayMs = 86_400_000
const nameLength = 64
/** IANA has about 600 names. */
const zones = new Map<string, TimeZone>()

/** Returns the zone of a name; TIME_ZONE_UNKNOWN if IANA's list (that of this Node.js) does not have it. */
export function timeZone(name: string): TimeZone | Rejection {
  // Intl takes a name in any case, so the key must not depend on it: clients choose the names.
  const key = name.toLowerCase()
  const known = zones.get(key)
  if (known) return known
  // Intl also takes offsets such as +05:30, which are no zones.
  const isName = /^[A-Za-z]/.test(name) && name.length <= nameLength
  try {
    if (!isName) throw new RangeError(name)
    const zone = zoneOf(name, new Intl.DateTimeFormat('en-US', { ...fields, timeZone: name }))
    zones.set(key, zone)
    return zone
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    const shown = JSON.stringify(name.slice(0, nameLength))
    return rejection('TIME_ZONE_UNKNOWN', `${shown} is no IANA time zone; examples: UTC, Europe/Berlin, Asia/Shanghai`, 'timeZone')
  }
}

const fields = {
  calendar: 'iso8601',
  numberingSystem: 'latn',
  hourCycle: 'h23',
  era: 'short',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
} as const

function zoneOf(name: string, format: Intl.DateTimeFormat): TimeZone {
  const years = new Map<number, readonly OffsetChange[]>()
  const firstOffsets = new Map<number, number>()

  function changesOf(year: number): readonly OffsetChange[] {
    const found = years.get(year)
    if (found) return found
    const made = changesBetween(format, Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1))
    years.set(year, made)
    return made
  }

  function firstOffsetOf(year: number): number {
    const found = firstOffsets.get(year)
    if (found !== undefined) return found
    const made = offsetOf(format, Date.UTC(year, 0, 1) - 1)
    firstOffsets.set(year, made)
    return made
  }

  function offsetAt(instant: number): number {
    const year = new Date(instant).getUTCFullYear()
    const last = changesOf(year).findLast(({ at }) => at <= instant)
    return last?.after ?? firstOffsetOf(year)
  }

  function changes(from: number, to: number): OffsetChange[] {
    const found: OffsetChange[] = []
    for (let year = new Date(from).getUTCFullYear(); year <= new Date(to).getUTCFullYear(); year++) {
      for (const change of changesOf(year)) if (change.at >= from && change.at < to) found.push(change)
    }
    return found
  }

  return { name, offsetAt, changes }
}

/** Looks at each day and, where the offset is another one, for the second at which it changed. Takes about 2 ms for a year. */
function changesBetween(format: Intl.DateTimeFormat, from: number, to: number): OffsetChange[] {
  const changes: OffsetChange[] = []
  let before = offsetOf(format, from - 1000)
  for (let day = from - 1000; day < to - 1000; day += dayMs) {
    const after = offsetOf(format, day + dayMs)
    if (after === before) continue
    let [same, other] = [day, day + dayMs]
    while (other - same > 1000) {
      const middle = same + Math.floor((other - same) / 2000) * 1000
      if (offsetOf(format, middle) === before) same = middle
      else other = middle
    }
    changes.push({ at: other, before, after })
    before = after
  }
  return changes
}

function offsetOf(format: Intl.DateTimeFormat, instant: number): number {
  const shown: Record<string, number> = {}
  for (const { type, value } of format.formatToParts(instant)) shown[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1000) * 1000
}
