import { expect, test } from 'vitest'
import { daysFrom, firesByDay } from '../src/pages/schedules/calendar-days.ts'

test('the days of a zone begin with the one that it has now', () => {
  const from = Date.parse('2026-11-27T23:30:00Z')
  expect(daysFrom(from, 2, 'UTC')).toEqual(['2026-11-27', '2026-11-28'])
  expect(daysFrom(from, 3, 'Asia/Shanghai')).toEqual(['2026-11-28', '2026-11-29', '2026-11-30'])
})

test('an instant stands on the day and at the time that the zone has, before and after its clocks change', () => {
  // 02:30 each day; on 28 March 2027 it is 03:00 that the clocks show, because there is no 02:30.
  const instants = ['2027-03-27T01:30:00.000Z', '2027-03-28T01:00:00.000Z', '2027-03-29T00:30:00.000Z']
  const days = firesByDay(instants, Date.parse('2027-03-26T00:00:00Z'), 'Europe/Berlin')
  expect([...days].map(([day, fires]) => [day, fires.map(({ time, isChanged }) => `${time} ${isChanged}`)])).toEqual([
    ['2027-03-27', ['02:30 false']],
    ['2027-03-28', ['03:00 true']],
    ['2027-03-29', ['02:30 true']],
  ])
  const inNewYork = firesByDay(instants, Date.parse('2027-03-26T00:00:00Z'), 'America/New_York')
  expect([...inNewYork].map(([day, fires]) => [day, fires.map(({ time }) => time)])).toEqual([
    ['2027-03-26', ['21:30']],
    ['2027-03-27', ['21:00']],
    ['2027-03-28', ['20:30']],
  ])
})

test.each(['Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Kolkata', 'Africa/Casablanca'])(
  '%s is as the browser formats it',
  (timeZone) => {
    const [day, time] = [{ dateStyle: 'short' }, { timeStyle: 'medium' }].map(
      (style) => new Intl.DateTimeFormat('sv-SE', { timeZone, ...style } as object),
    )
    for (const from of ['2027-03-25T00:00:00Z', '2027-10-28T00:00:00Z', '2027-04-02T00:00:00Z'].map(Date.parse)) {
      const instants = Array.from({ length: 500 }, (_, index) => new Date(from + index * 1_021_000).toISOString())
      const shown = [...firesByDay(instants, from, timeZone)].flatMap(([on, fires]) => fires.map((fire) => `${fire.instant} ${on} ${fire.time}`))
      const wanted = instants.map((instant) =>
        [instant, day?.format(new Date(instant)), time?.format(new Date(instant)).replace(/:00$/, '')].join(' '),
      )
      expect(shown).toEqual(wanted)
    }
  },
)
