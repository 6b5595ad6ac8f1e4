/** A day of a calendar: `2026-11-27`, as the clocks of a zone have it. */
export type Day = string

export interface CalendarFire {
  /** ISO 8601. */
  readonly instant: string
  /** `03:00`, or `03:00:30`, as the clocks of the zone show it. */
  readonly time: string
  /** True where the clocks show another offset from UTC than at the beginning of the calendar: they have been changed. */
  readonly isChanged: boolean
}

interface ZoneClock {
  day(at: number): Day
  time(at: number): string
  offset(at: number): string
}

/** To make one takes longer than to ask it a hundred times, and most schedules share a zone. */
const clocks = new Map<string, ZoneClock>()

function clockOf(timeZone: string): ZoneClock {
  const clock = clocks.get(timeZone) ?? newClock(timeZone)
  clocks.set(timeZone, clock)
  return clock
}

function newClock(timeZone: string): ZoneClock {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  const times = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })
  const offsets = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
  return {
    day: (at) => parts.format(at),
    time: (at) => times.format(at).replace(/:00$/, ''),
    offset: (at) => offsets.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '',
  }
}

/** The days from the one of `from` (ms since the epoch) on, as the zone has them. */
export function daysFrom(from: number, count: number, timeZone: string): Day[] {
  const [year = 0, month = 1, day = 1] = clockOf(timeZone).day(from).split('-').map(Number)
  return Array.from({ length: count }, (_, index) => new Date(Date.UTC(year, month - 1, day + index)).toISOString().slice(0, 10))
}

/** The instants by the days on which a zone has them. */
export function firesByDay(instants: readonly string[], from: number, timeZone: string): ReadonlyMap<Day, readonly CalendarFire[]> {
  const clock = clockOf(timeZone)
  const first = clock.offset(from)
  return Map.groupBy(
    instants
      .map((instant) => ({ instant, at: Date.parse(instant) }))
      .map(({ instant, at }) => ({ instant, time: clock.time(at), isChanged: clock.offset(at) !== first, day: clock.day(at) })),
    ({ day }) => day,
  )
}
