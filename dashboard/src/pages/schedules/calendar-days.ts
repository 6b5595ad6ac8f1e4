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

const dayMs = 86_400_000

/** What the clocks of a zone are ahead of UTC, in ms. */
type OffsetAt = (at: number) => number

/** To make one takes longer than to ask it a hundred times, and most schedules share a zone. */
const zones = new Map<string, OffsetAt>()

function zoneOf(timeZone: string): OffsetAt {
  const known = zones.get(timeZone) ?? newZone(timeZone)
  zones.set(timeZone, known)
  return known
}

/** The browser is asked about the two ends of a day, and about an instant only where clocks are changed on that day. */
function newZone(timeZone: string): OffsetAt {
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
  const asked = (at: number) => offsetOf(format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '')
  const ends = new Map<number, number>()
  const atMidnight = (day: number) => {
    const known = ends.get(day) ?? asked(day * dayMs)
    ends.set(day, known)
    return known
  }
  return (at) => {
    const day = Math.floor(at / dayMs)
    const offset = atMidnight(day)
    return offset === atMidnight(day + 1) ? offset : asked(at)
  }
}

/** `GMT+05:30` → 19 800 000; `GMT` → 0. */
function offsetOf(name: string): number {
  const [, sign, hours = 0, minutes = 0, seconds = 0] = /^GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(name) ?? []
  const ms = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000
  return sign === '-' ? -ms : ms
}

/** What clocks show that are so far ahead of UTC: `2026-11-27T03:00:30`. */
function shownAt(at: number, offset: number): string {
  return new Date(at + offset).toISOString().slice(0, 19)
}

/** The days from the one of `from` (ms since the epoch) on, as the zone has them. */
export function daysFrom(from: number, count: number, timeZone: string): Day[] {
  const first = from + zoneOf(timeZone)(from)
  return Array.from({ length: count }, (_, index) => shownAt(first, index * dayMs).slice(0, 10))
}

/** The instants by the days on which a zone has them. */
export function firesByDay(instants: readonly string[], from: number, timeZone: string): ReadonlyMap<Day, readonly CalendarFire[]> {
  const offsetAt = zoneOf(timeZone)
  const first = offsetAt(from)
  const fires = instants.map((instant) => {
    const at = Date.parse(instant)
    const offset = offsetAt(at)
    const [day = '', time = ''] = shownAt(at, offset).split('T')
    return { day, fire: { instant, time: time.replace(/:00$/, ''), isChanged: offset !== first } }
  })
  const byDay = new Map<Day, CalendarFire[]>()
  for (const { day, fire } of fires) {
    const ofDay = byDay.get(day)
    if (ofDay) ofDay.push(fire)
    else byDay.set(day, [fire])
  }
  return byDay
}
