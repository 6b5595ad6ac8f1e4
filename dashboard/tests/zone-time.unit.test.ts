import { expect, test } from 'vitest'
import { nextZoneChange } from '../src/pages/schedules/zone-time.ts'

const from = Date.parse('2026-11-27T00:00:00Z')

test.each([
  ['Europe/Berlin', '2027-03-28T01:00:00.000Z'],
  ['America/New_York', '2027-03-14T07:00:00.000Z'],
  ['Australia/Lord_Howe', '2027-04-03T15:00:00.000Z'],
])('finds the next change of the clocks in %s to the minute', (zone, at) => {
  expect(new Date(nextZoneChange(zone, from) ?? 0).toISOString()).toBe(at)
})

test.each(['UTC', 'Asia/Shanghai'])('there is none in %s', (zone) => {
  expect(nextZoneChange(zone, from)).toBeNull()
})
