import { Segmented } from 'antd'
import { useState } from 'react'
import { ScheduleCalendarDocument, type ScheduleCalendarQuery, type ScheduleFilter } from '../../../generated/operations.ts'
import { useAsk } from '../../graphql/use-query.ts'
import { Fault } from '../../parts/fault.tsx'
import { dateFormat } from '../../words/date-formats.ts'
import type { Language } from '../../words/language.ts'
import { usePreferences } from '../../words/preferences.ts'
import { useText } from '../../words/use-text.ts'
import './calendar.css'
import { Loading } from '../../parts/loading.tsx'
import { type CalendarFire, type Day, daysFrom, firesByDay } from './calendar-days.ts'
import { ownZone, zoneTime } from './zone-time.ts'

type Planned = ScheduleCalendarQuery['schedules']['nodes'][number]

const shownDays = 7
/** What may belong to the last shown day in some zone comes before the end of so many days. */
const askedDays = shownDays + 2
const dayMs = 86_400_000
/** Of each schedule: what a question may ask for. */
const askedFires = 100
const askedSchedules = 100
/** More fires of one schedule on one day are told as a number. */
const listedFires = 4
/** The next instants move on as time goes by, which no event tells. */
const everyMs = 60_000

export interface CalendarProps {
  readonly filter: ScheduleFilter
  readonly show: (id: string) => void
}

/** What is going to fire in the coming days, by the clocks of each schedule's own zone or by one's own. */
export function Calendar({ filter, show }: CalendarProps) {
  const text = useText()
  const [isOwn, setOwn] = useState(true)
  const from = Date.now()
  const own = ownZone()
  // The end of a day, so that the question stays the same until then.
  const before = new Date((Math.floor(from / dayMs) + askedDays) * dayMs).toISOString()
  const asked = { filter, first: askedSchedules, fires: askedFires, before }
  const { data, error, refetch } = useAsk('calendar', ScheduleCalendarDocument, asked, { everyMs })
  const { nodes = [], pageInfo } = data?.schedules ?? {}
  const { language } = usePreferences()
  const rows = nodes.map((schedule) => {
    const zone = isOwn ? own : schedule.timeZone
    const byDay = firesByDay(schedule.nextFires, from, zone)
    const shown = { text, language, otherZone: zone === schedule.timeZone ? own : schedule.timeZone, knownBefore: knownBefore(schedule, zone) }
    return { schedule, byDay, shown }
  })
  // Days of zones that are ahead or behind have the same names: one head is for all rows.
  const days = daysFrom(from, shownDays, own)
  return (
    <div className="stack">
      <Fault error={error} retry={() => void refetch()} />
      <Segmented<boolean>
        aria-label={text('calendar.zone')}
        value={isOwn}
        options={[
          { value: true, label: text('calendar.own', { zone: own }) },
          { value: false, label: text('calendar.theirs') },
        ]}
        onChange={setOwn}
      />
      {!data && !error && <Loading />}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="calendar" data-calendar={nodes.length} tabIndex={0} aria-label={text('calendar.title')}>
        <table>
          <thead>
            <tr>
              <th scope="col">{text('task.schedule')}</th>
              {days.map((day) => (
                <th key={day} scope="col">
                  <DayName day={day} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ schedule, byDay, shown }) => (
              <tr key={schedule.id} data-calendar-of={schedule.id}>
                <th scope="row">
                  <button type="button" className="link" onClick={() => show(schedule.id)}>
                    {schedule.name ?? `${schedule.app}.${schedule.func}`}
                  </button>
                  <div className="muted">{schedule.timeZone}</div>
                </th>
                {days.map((day) => (
                  <td key={day} data-day={day}>
                    <Fires {...shown} day={day} fires={byDay.get(day) ?? []} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {data && nodes.length === 0 && <span className="muted">{text('calendar.none')}</span>}
      {pageInfo?.hasNextPage && <span className="muted">{text('calendar.cut', { count: askedSchedules })}</span>}
    </div>
  )
}

/** Returns the first day, by the clocks of a zone, of which not all fires were asked for; null: none. */
function knownBefore({ nextFires }: Planned, zone: string): Day | null {
  const last = nextFires.at(-1)
  return nextFires.length < askedFires || last === undefined ? null : (daysFrom(Date.parse(last), 1, zone)[0] ?? null)
}

/** What is the same in all cells of a row comes from the row: there are seven hundred cells. */
interface FiresProps {
  readonly text: ReturnType<typeof useText>
  readonly language: Language
  readonly otherZone: string
  readonly knownBefore: Day | null
  readonly day: Day
  readonly fires: readonly CalendarFire[]
}

function Fires({ text, language, otherZone, knownBefore: cut, day, fires }: FiresProps) {
  if (cut !== null && day >= cut)
    return <span className="muted">{fires.length === 0 ? text('calendar.farther') : text('calendar.atLeast', { count: fires.length })}</span>
  if (fires.length > listedFires) {
    return <span>{text('calendar.many', { count: fires.length, first: fires[0]?.time ?? '', last: fires.at(-1)?.time ?? '' })}</span>
  }
  return fires.map(({ instant, time, isChanged }) => (
    <div key={instant} title={zoneTime(instant, otherZone, language)} className="mono">
      <time dateTime={instant}>{time}</time>
      {isChanged && <span className="muted"> {text('calendar.changed')}</span>}
    </div>
  ))
}

function DayName({ day }: { readonly day: Day }) {
  const { language } = usePreferences()
  const format = dateFormat(language, { weekday: 'short', day: '2-digit', month: '2-digit', timeZone: 'UTC' })
  return format.format(new Date(`${day}T00:00:00Z`))
}
