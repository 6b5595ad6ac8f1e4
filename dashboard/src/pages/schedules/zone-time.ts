import { dateFormat } from '../../words/date-formats.ts'

const dayMs = 24 * 3_600_000
/** Clocks change at most a year from now, or in no year. */
const farthestDays = 370

/** An instant as clocks show it in a zone, with the zone's short name, which tells summer from winter. */
export function zoneTime(instant: string, timeZone: string, language = 'en'): string {
  const format = dateFormat(language, {
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', weekday: 'short' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', timeZoneName: 'short', timeZone },
  })
  return format.format(new Date(instant))
}

/** The first instant after `from` (ms) at which the zone's offset is another one, to the minute; null where there is none within a year. */
export function nextZoneChange(timeZone: string, from: number): number | null {
  const offset = offsetOf(timeZone)
  for (let day = 0; day < farthestDays; day++) {
    const [before, after] = [from + day * dayMs, from + (day + 1) * dayMs]
    if (offset(before) !== offset(after)) return changeBetween(offset, before, after)
  }
  return null
}

function changeBetween(offset: (at: number) => string, before: number, after: number): number {
  const minute = 60_000
  let [low, high] = [Math.floor(before / minute), Math.ceil(after / minute)]
  const first = offset(low * minute)
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offset(middle * minute) === first) low = middle
    else high = middle
  }
  return high * minute
}

function offsetOf(timeZone: string): (at: number) => string {
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
  return (at) => format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? ''
}

/** The zone of this browser. */
export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}
